import type { Hex } from "viem";
import {
  type CancelListedOrdersReply,
  cancelListedOrdersReplySchema,
} from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";

/**
 * Cancels up to 100 of the session account's orders, with a verdict for each hash, in order. Sending
 * again is safe; after a lost reply those that its first attempt ended are told as `order_not_open`.
 */
export async function cancelListedOrders(
  context: Context,
  hashes: readonly Hex[],
): Promise<CancelListedOrdersReply["results"]> {
  const reply = await context.http.request({
    method: "POST",
    path: "/v1/orders/cancel",
    body: { hashes },
    reply: cancelListedOrdersReplySchema,
    repeatable: "idempotent",
  });
  return reply.results;
}
