import type { OrderEventKind } from "../../protocol/engine/event.ts";
import type { OrderView } from "../../protocol/engine/view.ts";

/** What a command did, as far as it tells what became of an order. */
export interface OrderCause {
  /** It placed this order. */
  isOwn: boolean;
  /** It placed its order in the place of another. */
  amends: boolean;
  /** It matched orders. */
  isMatching: boolean;
}

/** What happened to an order that a command changed, by how it stands after it. */
export function orderEventOf(order: OrderView, cause: OrderCause): OrderEventKind {
  if (cause.isOwn) return cause.amends ? "amended" : "placed";
  const { status } = order;
  if (status === "cancelled" || status === "expired" || status === "rejected") return status;
  return cause.isMatching ? "matched" : "corrected";
}
