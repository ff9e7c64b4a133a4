import type { Address, Hex } from "viem";
import type { OrderView } from "../../protocol/engine/view.ts";
import { createUpsert, storable } from "./columns.ts";

/** An order with what settlement needs of it; `seq` is the command that placed or last changed it. */
export type OrderRow = OrderView & { signature: Hex; signer: Address; seq: number };

/** `engine.orders`: `seq` stays that of the placing command, so that it orders by acceptance. */
export const orders = createUpsert<OrderRow>(
  "orders",
  ["hash"],
  [
    { name: "hash", type: "text", value: (row) => row.hash },
    { name: "seq", type: "bigint", value: (row) => row.seq, fixed: true },
    { name: "maker", type: "text", value: (row) => row.order.maker.toLowerCase(), fixed: true },
    { name: "signer", type: "text", value: (row) => row.signer.toLowerCase(), fixed: true },
    { name: "signature", type: "text", value: (row) => row.signature, fixed: true },
    { name: "market_id", type: "bigint", value: (row) => row.order.marketId, fixed: true },
    { name: "outcome", type: "smallint", value: (row) => row.order.outcome, fixed: true },
    { name: "side", type: "smallint", value: (row) => row.order.side, fixed: true },
    { name: "price_ticks", type: "integer", value: (row) => row.order.price, fixed: true },
    { name: "quantity_lots", type: "bigint", value: (row) => row.order.quantity, fixed: true },
    { name: "time_in_force", type: "smallint", value: (row) => row.order.timeInForce, fixed: true },
    { name: "max_fee_bps", type: "integer", value: (row) => row.order.maxFeeBps, fixed: true },
    { name: "expiry", type: "bigint", value: (row) => row.order.expiry, fixed: true },
    { name: "nonce", type: "numeric", value: (row) => row.order.nonce, fixed: true },
    {
      name: "client_id",
      type: "text",
      value: (row) => (row.clientId === null ? null : storable(row.clientId)),
      fixed: true,
      free: true,
    },
    { name: "status", type: "text", value: (row) => row.status },
    { name: "cancel_reason", type: "text", value: (row) => row.cancelReason },
    { name: "filled_lots", type: "bigint", value: (row) => row.filledLots },
    { name: "remaining_lots", type: "bigint", value: (row) => row.remainingLots },
    { name: "created_at_ms", type: "bigint", value: (row) => row.createdAtMs, fixed: true },
    { name: "updated_at_ms", type: "bigint", value: (row) => row.updatedAtMs },
  ],
);
