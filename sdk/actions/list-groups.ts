import {
  type ListGroupsQuery,
  type ListGroupsReply,
  listGroupsReplySchema,
} from "../../protocol/wire/group.ts";
import type { Context } from "../context.ts";
import type { AbortParameters } from "../page-parameters.ts";

/** Groups of exclusive outcomes, the newest first, a page at a time. */
export function listGroups(
  context: Context,
  query: ListGroupsQuery = {},
  options: AbortParameters = {},
): Promise<ListGroupsReply> {
  return context.http.request({
    method: "GET",
    path: "/v1/groups",
    query: { ...query },
    signal: options.signal,
    reply: listGroupsReplySchema,
  });
}
