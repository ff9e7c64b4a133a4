import { type ListMarketsQuery, listMarketsReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";
import type { AbortParameters } from "../page-parameters.ts";

/** Markets, newest first, a page at a time. */
export function listMarkets(
  context: Context,
  query: ListMarketsQuery = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: "/v1/markets",
    query: { ...query },
    signal: options.signal,
    reply: listMarketsReplySchema,
  });
}
