import { sessionReplySchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";

export const getSession = route({
  method: "get",
  path: "/v1/auth/me",
  operationId: "getSession",
  tag: "auth",
  summary: "Whose session this is",
  auth: "session",
  replies: { 200: sessionReplySchema },
  handle: ({ session }) => ({ status: 200, body: session }),
});
