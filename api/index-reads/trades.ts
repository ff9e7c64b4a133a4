import type { Address, Hex } from "viem";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { Page } from "../../protocol/wire/page.ts";
import type { IndexedTrade } from "../../protocol/wire/user.ts";
import { cutPage, decodeCursor, encodeCursor } from "../http/cursor.ts";
import { fromIndex } from "./from-index.ts";

interface TradeRow {
  fill_id: bigint;
  market_id: bigint;
  slug: string;
  taker: Address;
  maker: Address;
  match_kind: string;
  taker_outcome: 0 | 1;
  taker_side: 0 | 1;
  maker_outcome: 0 | 1;
  maker_side: 0 | 1;
  yes_price_ticks: number;
  quantity_lots: bigint;
  fee_micro: string;
  batch_id: bigint;
  block_number: bigint;
  block_time: bigint;
  log_index: number;
  transaction_hash: Hex;
}

const COLUMNS =
  "fill_id, market_id, slug, taker, maker, match_kind, taker_outcome, taker_side, maker_outcome, maker_side, yes_price_ticks, quantity_lots, fee_micro, batch_id, block_number, block_time, log_index, transaction_hash";

function toTrade(row: TradeRow): IndexedTrade {
  return {
    marketId: Number(row.market_id),
    slug: row.slug,
    taker: row.taker,
    maker: row.maker,
    matchKind: row.match_kind,
    takerOutcome: row.taker_outcome,
    takerSide: row.taker_side,
    makerOutcome: row.maker_outcome,
    makerSide: row.maker_side,
    yesPriceTicks: row.yes_price_ticks,
    quantityLots: Number(row.quantity_lots),
    feeMicro: row.fee_micro,
    batchId: Number(row.batch_id),
    blockNumber: Number(row.block_number),
    logIndex: row.log_index,
    time: Number(row.block_time),
    transactionHash: row.transaction_hash,
  };
}

/** An account's settled trades, the latest first. */
export async function readTradesOf(
  pool: Pool,
  account: Address,
  filter: { limit: number; cursor?: string },
): Promise<Page<IndexedTrade>> {
  const after = decodeCursor("user-trades", 1, filter.cursor)?.[0] ?? null;
  const half = (column: "taker" | "maker") =>
    `(SELECT ${COLUMNS} FROM chain.trades
      WHERE ${column} = $1 AND ($2::bigint IS NULL OR fill_id < $2)
      ORDER BY fill_id DESC LIMIT $3)`;
  const { rows } = await fromIndex(() =>
    pool.query<TradeRow>(
      `${half("taker")} UNION ALL ${half("maker")} ORDER BY fill_id DESC LIMIT $3`,
      [account, after, filter.limit + 1],
    ),
  );
  return cutPage(rows, filter.limit, toTrade, (row) => encodeCursor("user-trades", [row.fill_id]));
}
