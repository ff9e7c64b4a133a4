import type { Address } from "viem";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { LeaderboardRow, UserStatsReply } from "../../protocol/wire/user.ts";
import { fromIndex } from "./from-index.ts";
import { wholeNumber } from "./whole-number.ts";

export type LeaderboardOrder = "pnl" | "roi" | "volume";

interface Row {
  rank: bigint;
  account: Address;
  pnl_micro: string;
  realised_pnl_micro: string;
  unrealised_pnl_micro: string;
  volume_micro: string;
  roi_bps: bigint | null;
  trades: bigint;
  markets: bigint;
}

const RANKED_BY: Record<LeaderboardOrder, string> = {
  pnl: "pnl_micro",
  roi: "roi_bps",
  volume: "volume_micro",
};

const COLUMNS =
  "account, pnl_micro, realised_pnl_micro, unrealised_pnl_micro, volume_micro, roi_bps, trades, markets";

/** Everyone ranked; equal figures are told apart by the address, so that a rank is one's own. */
function ranked(by: LeaderboardOrder): string {
  return `SELECT ${COLUMNS},
    row_number() OVER (ORDER BY ${RANKED_BY[by]} DESC NULLS LAST, account) AS rank FROM chain.leaderboard`;
}

function toRow(row: Row): LeaderboardRow {
  return {
    rank: Number(row.rank),
    account: row.account,
    pnlMicro: wholeNumber(row.pnl_micro),
    realisedPnlMicro: wholeNumber(row.realised_pnl_micro),
    unrealisedPnlMicro: wholeNumber(row.unrealised_pnl_micro),
    volumeMicro: wholeNumber(row.volume_micro),
    roiBps: row.roi_bps === null ? null : Number(row.roi_bps),
    trades: Number(row.trades),
    markets: Number(row.markets),
  };
}

/** The first `limit` accounts. */
export async function readLeaderboard(
  pool: Pool,
  by: LeaderboardOrder,
  limit: number,
): Promise<LeaderboardRow[]> {
  const { rows } = await fromIndex(() =>
    pool.query<Row>(`${ranked(by)} ORDER BY rank LIMIT $1`, [limit]),
  );
  return rows.map(toRow);
}

/** One account's figures and its rank by PnL; zeros without a rank when it never traded. */
export async function readStats(pool: Pool, account: Address): Promise<UserStatsReply> {
  const { rows } = await fromIndex(() =>
    pool.query<Row>(`SELECT * FROM (${ranked("pnl")}) AS everyone WHERE account = $1`, [account]),
  );
  if (rows[0]) return toRow(rows[0]);
  return {
    rank: null,
    account,
    pnlMicro: "0",
    realisedPnlMicro: "0",
    unrealisedPnlMicro: "0",
    volumeMicro: "0",
    roiBps: null,
    trades: 0,
    markets: 0,
  };
}
