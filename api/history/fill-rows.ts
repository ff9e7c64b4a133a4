import type { Address, Hex } from "viem";
import type { FillStatus, FillView } from "../../protocol/engine/view.ts";
import type { MatchKind } from "../../protocol/order.ts";

/** A row of `engine.fills`. */
export interface FillRow {
  fill_seq: bigint;
  market_id: bigint;
  trade_seq: bigint;
  match_kind: MatchKind;
  taker_hash: Hex;
  maker_hash: Hex;
  taker: Address;
  maker: Address;
  taker_outcome: 0 | 1;
  taker_side: 0 | 1;
  maker_outcome: 0 | 1;
  maker_side: 0 | 1;
  yes_price_ticks: number;
  quantity_lots: bigint;
  fee_micro: bigint;
  time_ms: bigint;
  status: FillStatus;
  transaction_hash: Hex | null;
}

export const FILL_COLUMNS =
  "fill_seq, market_id, trade_seq, match_kind, taker_hash, maker_hash, taker, maker, taker_outcome, taker_side, maker_outcome, maker_side, yes_price_ticks, quantity_lots, fee_micro, time_ms, status, transaction_hash";

/** A fill row as everyone outside sees a fill. */
export function fillView(row: FillRow): FillView {
  return {
    fillSeq: Number(row.fill_seq),
    marketId: Number(row.market_id),
    tradeSeq: Number(row.trade_seq),
    matchKind: row.match_kind,
    takerHash: row.taker_hash,
    makerHash: row.maker_hash,
    taker: row.taker,
    maker: row.maker,
    takerOutcome: row.taker_outcome,
    takerSide: row.taker_side,
    makerOutcome: row.maker_outcome,
    makerSide: row.maker_side,
    yesPriceTicks: row.yes_price_ticks,
    quantityLots: Number(row.quantity_lots),
    feeMicro: row.fee_micro.toString(),
    timeMs: Number(row.time_ms),
    status: row.status,
    transactionHash: row.transaction_hash,
  };
}
