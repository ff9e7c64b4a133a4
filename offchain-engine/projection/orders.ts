import type { OrderView } from "../../protocol/engine/view.ts";
import { createUpsert, storable } from "./columns.ts";

/** An order as it stands; `seq` is the command that placed or last changed it. */
export interface OrderRow {
  view: OrderView;
  seq: number;
}

/** `engine.orders`: `seq` stays that of the placing command, so that it orders by acceptance. */
export const orders = createUpsert<OrderRow>(
  "orders",
  ["hash"],
  [
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
  ],
);
