import type { Address } from "viem";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { Page } from "../../protocol/wire/page.ts";
import type { IndexedPosition } from "../../protocol/wire/user.ts";
import { cutPage, decodeCursor, encodeCursor } from "../http/cursor.ts";
import { fromIndex } from "./from-index.ts";

interface PositionRow {
  account: Address;
  market_id: bigint;
  slug: string;
  yes_lots: string;
  no_lots: string;
  yes_cost_micro: string;
  no_cost_micro: string;
  realised_pnl_micro: string;
}

const POSITIONS_MAX = 5000;

/** An account's settled positions, the newest market first. */
export async function readPositions(pool: Pool, account: Address): Promise<IndexedPosition[]> {
  const { rows } = await fromIndex(() =>
    pool.query<PositionRow>(
      `SELECT account, market_id, slug, yes_lots, no_lots, yes_cost_micro, no_cost_micro,
              realised_pnl_micro
       FROM chain.positions WHERE account = $1 ORDER BY market_id DESC LIMIT $2`,
      [account, POSITIONS_MAX],
    ),
  );
  return rows.map((row) => ({
    account: row.account,
    marketId: Number(row.market_id),
    slug: row.slug,
    yesLots: row.yes_lots,
    noLots: row.no_lots,
    yesCostMicro: row.yes_cost_micro,
    noCostMicro: row.no_cost_micro,
    realisedPnlMicro: row.realised_pnl_micro,
  }));
}

type Holder = { account: Address; yesLots: string; noLots: string };

/** A market's holders of escrowed shares, those with most shares first. */
export async function readHolders(
  pool: Pool,
  marketId: number,
  filter: { limit: number; cursor?: string },
): Promise<Page<Holder>> {
  const list = `holders:${marketId}`;
  const skip = Number(decodeCursor(list, 1, filter.cursor)?.[0] ?? 0n);
  const { rows } = await fromIndex(() =>
    pool.query<PositionRow & { place: bigint }>(
      `SELECT account, yes_lots, no_lots,
              row_number() OVER (ORDER BY yes_lots + no_lots DESC, account) AS place
       FROM chain.positions WHERE market_id = $1 AND yes_lots + no_lots > 0
       ORDER BY place OFFSET $2 LIMIT $3`,
      [marketId, skip, filter.limit + 1],
    ),
  );
  return cutPage(
    rows,
    filter.limit,
    (row) => ({ account: row.account, yesLots: row.yes_lots, noLots: row.no_lots }),
    (row) => encodeCursor(list, [row.place]),
  );
}
