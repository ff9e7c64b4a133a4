import { type ListOrdersQuery, listOrdersReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";
import type { AbortParameters } from "../page-parameters.ts";

/** The session account's orders, newest first, a page at a time. */
export function listOrders(
  context: Context,
  query: ListOrdersQuery = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: "/v1/orders",
    query: { ...query },
    signal: options.signal,
    reply: listOrdersReplySchema,
  });
}
