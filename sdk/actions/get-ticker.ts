import { type TickerReply, tickerReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";

/** A market's touch, last trade and 24-hour figures. */
export function getTicker(context: Context, slug: string): Promise<TickerReply> {
  const path = `/v1/markets/${encodeURIComponent(slug)}/ticker`;
  return context.http.request({ method: "GET", path, reply: tickerReplySchema });
}
