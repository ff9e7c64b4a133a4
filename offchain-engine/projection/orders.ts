import type { OrderView } from "../../protocol/engine/view.ts";
import { type Column, createInsert, createUpsert, storable } from "./columns.ts";

/** An order as it stands. */
export interface OrderRow {
  view: OrderView;
  /** Of the command that placed or last changed it. */
  seq: number;
  /** Its new fills. */
  fillSeqs: number[];
}

/** An order's row names so many of its fills; whoever asks for an order is shown no more. */
const FILLS_NAMED = 1_000;

/**
 * `engine.orders`: `seq` stays that of the placing command, so that it orders by acceptance. `fill_seqs` are
 * the order's first fills: to find them by the order's hash would take two indexes over all fills.
 */
const COLUMNS: readonly Column<OrderRow>[] = [
  { name: "hash", type: "text", value: ({ view }) => view.hash },
  { name: "seq", type: "bigint", value: (row) => row.seq, fixed: true },
  { name: "maker", type: "text", value: ({ view }) => view.order.maker, fixed: true },
  { name: "market_id", type: "bigint", value: ({ view }) => view.order.marketId, fixed: true },
  { name: "outcome", type: "smallint", value: ({ view }) => view.order.outcome, fixed: true },
  { name: "side", type: "smallint", value: ({ view }) => view.order.side, fixed: true },
  { name: "price_ticks", type: "integer", value: ({ view }) => view.order.price, fixed: true },
  {
    name: "quantity_lots",
    type: "bigint",
    value: ({ view }) => view.order.quantity,
    fixed: true,
  },
  {
    name: "time_in_force",
    type: "smallint",
    value: ({ view }) => view.order.timeInForce,
    fixed: true,
  },
  {
    name: "max_fee_bps",
    type: "integer",
    value: ({ view }) => view.order.maxFeeBps,
    fixed: true,
  },
  { name: "expiry", type: "bigint", value: ({ view }) => view.order.expiry, fixed: true },
  { name: "nonce", type: "numeric", value: ({ view }) => view.order.nonce, fixed: true },
  {
    name: "client_id",
    type: "text",
    value: ({ view }) => (view.clientId === null ? null : storable(view.clientId)),
    fixed: true,
    free: true,
  },
  { name: "status", type: "text", value: ({ view }) => view.status },
  { name: "cancel_reason", type: "text", value: ({ view }) => view.cancelReason },
  { name: "filled_lots", type: "bigint", value: ({ view }) => view.filledLots },
  { name: "created_at_ms", type: "bigint", value: ({ view }) => view.createdAtMs, fixed: true },
  { name: "updated_at_ms", type: "bigint", value: ({ view }) => view.updatedAtMs },
  {
    name: "fill_seqs",
    type: "text",
    value: ({ fillSeqs }) => (fillSeqs.length === 0 ? null : fillSeqs.join(".")),
    stored: `(string_to_array(changed.fill_seqs, '.')::bigint[])[:${FILLS_NAMED}]`,
    merged: `CASE WHEN excluded.fill_seqs IS NULL OR cardinality(orders.fill_seqs) >= ${FILLS_NAMED}
        THEN orders.fill_seqs ELSE (orders.fill_seqs || excluded.fill_seqs)[:${FILLS_NAMED}] END`,
  },
];

export const orders = createUpsert("orders", ["hash"], COLUMNS);

export const newOrders = createInsert("orders", COLUMNS);
