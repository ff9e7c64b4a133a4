import { type PlaceOrdersReply, placeOrdersReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";
import { type OrderParameters, type SignedOrderRequest, signOrder } from "./sign-order.ts";

/** As `placeOrder` for up to 100 orders in one request; a refusal does not touch its neighbours. */
export async function placeOrders(
  context: Context,
  orders: (OrderParameters | SignedOrderRequest)[],
): Promise<PlaceOrdersReply["results"]> {
  const requests: SignedOrderRequest["request"][] = [];
  // One after the other: a wallet asks its user, and nonces follow the given order.
  for (const order of orders) {
    requests.push(("request" in order ? order : await signOrder(context, order)).request);
  }
  const reply = await context.http.request({
    method: "POST",
    path: "/v1/orders/batch",
    body: { orders: requests },
    reply: placeOrdersReplySchema,
    repeatable: "idempotent",
  });
  return reply.results;
}
