import { type Group, groupReplySchema } from "../../protocol/wire/group.ts";
import type { Context } from "../context.ts";

/** A group of exclusive outcomes with its markets. @throws AgonError `group_unknown` */
export async function getGroup(context: Context, groupId: number): Promise<Group> {
  const path = `/v1/groups/${groupId}`;
  return (await context.http.request({ method: "GET", path, reply: groupReplySchema })).group;
}
