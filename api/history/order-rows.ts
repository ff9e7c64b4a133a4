import type { Address, Hex } from "viem";
import type { CancelReason, OrderStatus, OrderView } from "../../protocol/engine/view.ts";
import type { TimeInForce } from "../../protocol/order.ts";

/** A row of `engine.orders`. */
export interface OrderRow {
  hash: Hex;
  seq: bigint;
  maker: Address;
  market_id: bigint;
  outcome: 0 | 1;
  side: 0 | 1;
  price_ticks: number;
  quantity_lots: bigint;
  time_in_force: TimeInForce;
  max_fee_bps: number;
  expiry: bigint;
  nonce: string;
  client_id: string | null;
  status: OrderStatus;
  cancel_reason: CancelReason | null;
  filled_lots: bigint;
  created_at_ms: bigint;
  updated_at_ms: bigint;
}

export const ORDER_COLUMNS =
  "hash, seq, maker, market_id, outcome, side, price_ticks, quantity_lots, time_in_force, max_fee_bps, expiry, nonce, client_id, status, cancel_reason, filled_lots, created_at_ms, updated_at_ms";

/** An order row as everyone outside sees an order. */
export function orderView(row: OrderRow): OrderView {
  return {
    hash: row.hash,
    order: {
      maker: row.maker,
      marketId: Number(row.market_id),
      outcome: row.outcome,
      side: row.side,
      price: row.price_ticks,
      quantity: Number(row.quantity_lots),
      timeInForce: row.time_in_force,
      maxFeeBps: row.max_fee_bps,
      expiry: Number(row.expiry),
      nonce: String(row.nonce),
    },
    clientId: row.client_id,
    status: row.status,
    cancelReason: row.cancel_reason,
    filledLots: Number(row.filled_lots),
    remainingLots: Number(row.quantity_lots - row.filled_lots),
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
  };
}
