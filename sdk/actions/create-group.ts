import {
  type CreateGroupRequest,
  type GroupTransactionReply,
  groupTransactionReplySchema,
} from "../../protocol/wire/group.ts";
import type { Context } from "../context.ts";

/**
 * Creates a group of markets on chain of which exactly one comes true; needs an admin's session.
 * @throws AgonError `market_slug_taken`, `validation_failed`, `forbidden`
 */
export function createGroup(
  context: Context,
  group: CreateGroupRequest,
): Promise<GroupTransactionReply> {
  return context.http.request({
    method: "POST",
    path: "/v1/groups",
    body: group,
    reply: groupTransactionReplySchema,
    repeatable: "keyed",
  });
}
