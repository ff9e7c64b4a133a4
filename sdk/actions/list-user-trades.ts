import type { Address } from "viem";
import { userTradesReplySchema } from "../../protocol/wire/user.ts";
import type { Context } from "../context.ts";
import type { AbortParameters, PageParameters } from "../page-parameters.ts";

/** Anyone's settled trades, as the index has them, newest first, a page at a time. */
export function listUserTrades(
  context: Context,
  address: Address,
  page: PageParameters = {},
  options: AbortParameters = {},
) {
  return context.http.request({
    method: "GET",
    path: `/v1/users/${address}/trades`,
    query: { ...page },
    signal: options.signal,
    reply: userTradesReplySchema,
  });
}
