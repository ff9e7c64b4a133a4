import {
  type MarketTransactionReply,
  marketTransactionReplySchema,
  type ResolveMarketRequest,
} from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";

/**
 * Triggers a market's resolver through the server; needs an admin's session.
 * @throws AgonError `market_not_resolvable` before close plus settlement grace, or without a round
 */
export function resolveMarket(
  context: Context,
  slug: string,
  request: ResolveMarketRequest = {},
): Promise<MarketTransactionReply> {
  return context.http.request({
    method: "POST",
    path: `/v1/markets/${encodeURIComponent(slug)}/resolve`,
    body: request,
    reply: marketTransactionReplySchema,
    repeatable: "keyed",
  });
}
