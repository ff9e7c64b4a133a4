import { holdersReplySchema } from "../../protocol/wire/market.ts";
import type { Context } from "../context.ts";
import type { AbortParameters, PageParameters } from "../page-parameters.ts";

/** The largest holders of a market's escrowed shares, a page at a time. */
export function listHolders(
  context: Context,
  slug: string,
  page: PageParameters = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: `/v1/markets/${encodeURIComponent(slug)}/holders`,
    query: { ...page },
    signal: options.signal,
    reply: holdersReplySchema,
  });
}
