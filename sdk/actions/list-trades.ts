import { listTradesReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";
import type { AbortParameters, PageParameters } from "../page-parameters.ts";

/** A market's matched trades, newest first, a page at a time. */
export function listTrades(
  context: Context,
  slug: string,
  page: PageParameters = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: `/v1/markets/${encodeURIComponent(slug)}/trades`,
    query: { ...page },
    signal: options.signal,
    reply: listTradesReplySchema,
  });
}
