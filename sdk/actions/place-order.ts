import { type PlaceOrderReply, placeOrderReplySchema } from "../../protocol/wire/order.ts";
import { AgonError } from "../agon-error.ts";
import type { Context } from "../context.ts";
import { isSilence } from "../silence.ts";
import { type OrderParameters, type SignedOrderRequest, signOrder } from "./sign-order.ts";
import { lookUpOrder } from "./unanswered-order.ts";

/**
 * Signs an order and sends it until there is a verdict. Sending again is safe: one signed order is
 * taken once, and a repeat gets the first result with `repeated: true`. When none of the attempts
 * brought a verdict, the account is asked for the order's hash: one that was taken comes back
 * as it now stands, likewise `repeated`.
 * Takes an order signed before (`signOrder`) as well.
 * @throws AgonError with the engine's reason, for example `insufficient_cash`. Where it stays unknown
 * whether the order was taken, `details.orderHash` names it, and `details.signedOrder` may be placed again.
 */
export async function placeOrder(
  context: Context,
  order: OrderParameters | SignedOrderRequest,
): Promise<PlaceOrderReply> {
  const signed = "request" in order ? order : await signOrder(context, order);
  try {
    return await context.http.request({
      method: "POST",
      path: "/v1/orders",
      body: signed.request,
      reply: placeOrderReplySchema,
      repeatable: "idempotent",
    });
  } catch (error) {
    if (!isSilence(error)) throw error;
    const found = await lookUpOrder(context, signed.hash);
    if (typeof found !== "string") return found;
    throw withOrder(error as AgonError, signed);
  }
}

function withOrder(error: AgonError, signedOrder: SignedOrderRequest): AgonError {
  return AgonError.from(error, {
    detail: "Whether the order was taken is not known: place the same signed order again.",
    details: { orderHash: signedOrder.hash, signedOrder },
  });
}
