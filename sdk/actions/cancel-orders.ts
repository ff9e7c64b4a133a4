import type { Hex } from "viem";
import { cancelOrdersReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";

/**
 * Cancels all open orders of the session's account, of one market if given, and names them.
 * Never sent twice by itself: a repeat could take orders placed since the first attempt.
 */
export async function cancelOrders(
  context: Context,
  query: { market?: string } = {},
): Promise<Hex[]> {
  const reply = await context.http.request({
    method: "DELETE",
    path: "/v1/orders",
    query: { ...query },
    reply: cancelOrdersReplySchema,
  });
  return reply.cancelled;
}
