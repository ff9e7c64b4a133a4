import { sessionReplySchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";

export const getSession = route({
  method: "get",
  path: "/v1/auth/me",
  operationId: "getSession",
  tag: "auth",
  summary: "Whose session or key this is, and what it may do",
  auth: "session",
  scope: "read",
  replies: { 200: sessionReplySchema },
  handle: ({ session }) => ({ status: 200, body: { ...session, scopes: [...session.scopes] } }),
});
