import type { Hex } from "viem";
import { type GetOrderReply, getOrderReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";
import type { AbortParameters } from "../page-parameters.ts";

/** An order of the session's account, with its fills. @throws AgonError `order_unknown` */
export function getOrder(
  context: Context,
  hash: Hex,
  options: AbortParameters = {},
): Promise<GetOrderReply> {
  const path = `/v1/orders/${hash}`;
  const { signal } = options;
  return context.http.request({ method: "GET", path, signal, reply: getOrderReplySchema });
}
