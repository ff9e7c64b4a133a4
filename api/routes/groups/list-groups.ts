import { listGroupsQuerySchema, listGroupsReplySchema } from "../../../protocol/wire/group.ts";
import { cutPage, decodeCursor, encodeCursor } from "../../http/cursor.ts";
import { route } from "../../http/route.ts";
import { readGroupTitles } from "../../index-reads/group-titles.ts";
import { membersByGroup } from "../../markets/group-reply.ts";

export const listGroups = route({
  method: "get",
  path: "/v1/groups",
  operationId: "listGroups",
  tag: "markets",
  summary: "Groups of exclusive outcomes, the newest first",
  auth: "none",
  hasEtag: true,
  query: listGroupsQuerySchema,
  replies: { 200: listGroupsReplySchema },
  errors: ["cursor_invalid", "engine_unavailable", "database_unavailable"],
  async handle({ query, services }) {
    const after = decodeCursor("groups", 1, query.cursor)?.[0] ?? null;
    const groups = [...membersByGroup(services.mirror)]
      .filter(([groupId]) => after === null || BigInt(groupId) < after)
      .slice(0, query.limit + 1);
    const titles = await readGroupTitles(
      services.pool,
      groups.map(([groupId]) => groupId),
    );
    const body = cutPage(
      groups,
      query.limit,
      ([groupId, members]) => ({
        groupId,
        slug: titles.get(groupId)?.slug ?? null,
        title: titles.get(groupId)?.title ?? null,
        memberCount: members.length,
        markets: members.map(({ view }) => view.slug),
      }),
      ([groupId]) => encodeCursor("groups", [BigInt(groupId)]),
    );
    return { status: 200, body };
  },
});
