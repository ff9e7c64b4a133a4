import {
  type CreateMarketRequest,
  type MarketTransactionReply,
  marketTransactionReplySchema,
} from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";

/** Creates a market on chain through the server; needs an admin's session. */
export function createMarket(
  context: Context,
  market: CreateMarketRequest,
): Promise<MarketTransactionReply> {
  return context.http.request({
    method: "POST",
    path: "/v1/markets",
    body: market,
    reply: marketTransactionReplySchema,
    repeatable: "keyed",
  });
}
