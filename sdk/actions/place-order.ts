import { type PlaceOrderReply, placeOrderReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";
import { type OrderParameters, type SignedOrderRequest, signOrder } from "./sign-order.ts";

/**
 * Signs an order and sends it until there is a verdict. Sending again is safe: one signed order is
 * taken once, and a repeat gets the first result with `repeated: true`.
 * Takes an order signed before (`signOrder`) as well.
 * @throws AgonError with the engine's reason, for example `insufficient_cash`
 */
export async function placeOrder(
  context: Context,
  order: OrderParameters | SignedOrderRequest,
): Promise<PlaceOrderReply> {
  const { request } = "request" in order ? order : await signOrder(context, order);
  return context.http.request({
    method: "POST",
    path: "/v1/orders",
    body: request,
    reply: placeOrderReplySchema,
    repeatable: "idempotent",
  });
}
