import { type ListTickersQuery, listTickersReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";
import type { AbortParameters } from "../page-parameters.ts";

/** The tickers of many markets, the newest market first, a page at a time. */
export function listTickers(
  context: Context,
  { markets, ...query }: Omit<ListTickersQuery, "markets"> & { markets?: readonly string[] } = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: "/v1/tickers",
    query: { ...query, ...(markets === undefined ? {} : { markets: markets.join(",") }) },
    signal: options.signal,
    reply: listTickersReplySchema,
  });
}
