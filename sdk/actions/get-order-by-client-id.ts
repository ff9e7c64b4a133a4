import { type GetOrderReply, getOrderReplySchema } from "../../protocol/wire/order.ts";
import type { Context } from "../context.ts";

/** As `getOrder`, by the client's own id. @throws AgonError `order_unknown` */
export function getOrderByClientId(context: Context, clientId: string): Promise<GetOrderReply> {
  const path = `/v1/orders/by-client-id/${encodeURIComponent(clientId)}`;
  return context.http.request({ method: "GET", path, reply: getOrderReplySchema });
}
