import {
  type WithdrawalReply,
  type WithdrawalRequest,
  withdrawalReplySchema,
} from "../../protocol/wire/account.ts";
import type { Context } from "../context.ts";

/**
 * Asks the operator to co-sign an immediate exit; the funds are set aside at once, and return when
 * the release is not executed before its deadline.
 * @throws AgonError `release_exceeds_settled`
 */
export function requestRelease(
  context: Context,
  request: WithdrawalRequest,
): Promise<WithdrawalReply> {
  return context.http.request({
    method: "POST",
    path: "/v1/account/withdrawals",
    body: request,
    reply: withdrawalReplySchema,
    repeatable: "keyed",
  });
}
