import { openSessionsReplySchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";

export const listSessions = route({
  method: "get",
  path: "/v1/auth/sessions",
  operationId: "listSessions",
  tag: "auth",
  summary: "The account's open sessions, the newest first",
  auth: "session",
  replies: { 200: openSessionsReplySchema },
  async handle({ services, session }) {
    const items = await services.sessions.list(session.account);
    return { status: 200, body: { items, currentId: session.id } };
  },
});
