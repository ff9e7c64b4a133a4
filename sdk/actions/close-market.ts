import { type Market, marketReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";

/**
 * Takes no more orders in a market, ahead of its close on chain, until `holdTrading` lets go; needs an admin's
 * session.
 * @throws AgonError `market_unknown`, `market_not_open`, `forbidden`
 */
export async function closeMarket(context: Context, slug: string): Promise<Market> {
  const reply = await context.http.request({
    method: "POST",
    path: `/v1/markets/${encodeURIComponent(slug)}/close`,
    reply: marketReplySchema,
    repeatable: "keyed",
  });
  return reply.market;
}
