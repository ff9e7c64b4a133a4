import {
  type GroupTransactionReply,
  groupTransactionReplySchema,
  type ResolveGroupRequest,
} from "../../protocol/wire/group.ts";
import type { Context } from "../context.ts";

/**
 * Resolves all markets of a group through the server; needs an admin's session.
 * @throws AgonError `group_unknown`, `market_not_resolvable`, `forbidden`
 */
export function resolveGroup(
  context: Context,
  groupId: number,
  request: ResolveGroupRequest = {},
): Promise<GroupTransactionReply> {
  return context.http.request({
    method: "POST",
    path: `/v1/groups/${groupId}/resolve`,
    body: request,
    reply: groupTransactionReplySchema,
    repeatable: "keyed",
  });
}
