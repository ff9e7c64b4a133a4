import {
  type CandlesQuery,
  type CandlesReply,
  candlesReplySchema,
} from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";

/** Candles of a market's settled trades in YES ticks, oldest first. */
export function getCandles(
  context: Context,
  slug: string,
  query: CandlesQuery = {},
): Promise<CandlesReply> {
  return context.http.request({
    method: "GET",
    path: `/v1/markets/${encodeURIComponent(slug)}/candles`,
    query: { ...query },
    reply: candlesReplySchema,
  });
}
