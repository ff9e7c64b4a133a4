import { listTransfersReplySchema } from "../../protocol/wire/account.ts";
import type { Context } from "../context.ts";
import type { AbortParameters, PageParameters } from "../page-parameters.ts";

/** What entered and left the session account's escrow on chain, newest first, a page at a time. */
export function listTransfers(
  context: Context,
  page: PageParameters = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: "/v1/account/transfers",
    query: { ...page },
    signal: options.signal,
    reply: listTransfersReplySchema,
  });
}
