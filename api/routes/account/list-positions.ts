import { positionsReplySchema } from "../../../protocol/wire/account.ts";
import { route } from "../../http/route.ts";

export const listPositions = route({
  method: "get",
  path: "/v1/account/positions",
  operationId: "listPositions",
  tag: "account",
  summary: "The session account's shares by market",
  auth: "session",
  scope: "read",
  replies: { 200: positionsReplySchema },
  errors: ["engine_unavailable", "engine_timeout"],
  async handle({ session, services }) {
    const { positions } = await services.engine.account(session.account);
    return { status: 200, body: { positions } };
  },
});
