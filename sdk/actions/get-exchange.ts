import { type ExchangeReply, exchangeReplySchema } from "../../protocol/wire/exchange.ts";
import type { Context } from "../context.ts";

/** What the exchange is and takes now; `client.exchange` is what it was when the client connected. */
export function getExchange(context: Context): Promise<ExchangeReply> {
  return context.http.request({ method: "GET", path: "/v1/exchange", reply: exchangeReplySchema });
}
