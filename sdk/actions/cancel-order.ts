import type { Hex } from "viem";
import type { OrderView } from "../../protocol/engine/view.ts";
import { cancelOrderReplySchema } from "../../protocol/wire/order.ts";
import { isAgonError } from "../agon-error.ts";
import type { Context } from "../context.ts";
import { getOrder } from "./get-order.ts";

/**
 * Cancels one order of the session's account and gives its final state. Sending again is safe, since
 * a hash names one order for ever: when a repeat finds the order gone by its own first attempt, that
 * is the success which the lost reply would have told.
 * @throws AgonError `order_unknown`, `order_not_open` (filled, expired or cancelled before)
 */
export async function cancelOrder(context: Context, hash: Hex): Promise<OrderView> {
  try {
    const reply = await context.http.request({
      method: "DELETE",
      path: `/v1/orders/${hash}`,
      reply: cancelOrderReplySchema,
      repeatable: "idempotent",
    });
    return reply.order;
  } catch (error) {
    if (!isAgonError(error, "order_not_open") || error.attempts === 1) throw error;
    const { order } = await getOrder(context, hash);
    if (order.status !== "cancelled" || order.cancelReason !== "user") throw error;
    return order;
  }
}
