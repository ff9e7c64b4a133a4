import { listFillsReplySchema } from "../../protocol/wire/account.ts";
import type { Context } from "../context.ts";
import type { AbortParameters, PageParameters } from "../page-parameters.ts";

/** The session account's own fills with its role in each, newest first, a page at a time. */
export function listFills(
  context: Context,
  query: PageParameters & { market?: string } = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: "/v1/account/fills",
    query: { ...query },
    signal: options.signal,
    reply: listFillsReplySchema,
  });
}
