import type { Hex } from "viem";
import { type GetOrderReply, getOrderReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";

/** An order of the session's account, with its fills. @throws AgonError `order_unknown` */
export function getOrder(context: Context, hash: Hex): Promise<GetOrderReply> {
  const path = `/v1/orders/${hash}`;
  return context.http.request({ method: "GET", path, reply: getOrderReplySchema });
}
