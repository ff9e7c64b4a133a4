import { type Market, marketReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";

/** @throws AgonError `market_unknown` */
export async function getMarket(context: Context, slug: string): Promise<Market> {
  const path = `/v1/markets/${encodeURIComponent(slug)}`;
  return (await context.http.request({ method: "GET", path, reply: marketReplySchema })).market;
}
