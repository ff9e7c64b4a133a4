import { groupReplySchema } from "../../../protocol/wire/group.ts";
import { groupParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { groupReply, requireGroup } from "../../markets/group-reply.ts";

export const getGroup = route({
  method: "get",
  path: "/v1/groups/:id",
  operationId: "getGroup",
  tag: "markets",
  summary: "A group of exclusive outcomes with its markets, by the id of the first",
  auth: "none",
  hasEtag: true,
  params: groupParamsSchema,
  replies: { 200: groupReplySchema },
  errors: ["group_unknown", "engine_unavailable", "database_unavailable"],
  async handle({ params, services }) {
    const members = requireGroup(services.mirror, params.id);
    return { status: 200, body: { group: await groupReply(members, services) } };
  },
});
