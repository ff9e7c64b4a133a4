import { type HoldReply, type HoldRequest, holdReplySchema } from "../../protocol/wire/hold.ts";
import type { Context } from "../context.ts";

/**
 * Holds the exchange, or one market, in a phase until the next hold of the same; needs an admin's session.
 * @throws AgonError `market_unknown`, `forbidden`
 */
export function holdTrading(context: Context, request: HoldRequest): Promise<HoldReply> {
  return context.http.request({
    method: "POST",
    path: "/v1/exchange/hold",
    body: request,
    reply: holdReplySchema,
    repeatable: "keyed",
  });
}
