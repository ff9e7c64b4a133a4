import { type CheckOrderReply, checkOrderReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";
import { type OrderParameters, type SignedOrderRequest, signOrder } from "./sign-order.ts";

/** A dry run: the hashes, the recovered signer and all that speaks against the order. */
export async function checkOrder(
  context: Context,
  order: OrderParameters | SignedOrderRequest,
): Promise<CheckOrderReply> {
  const { request } = "request" in order ? order : await signOrder(context, order);
  return context.http.request({
    method: "POST",
    path: "/v1/orders/check",
    body: request,
    reply: checkOrderReplySchema,
    repeatable: "idempotent",
  });
}
