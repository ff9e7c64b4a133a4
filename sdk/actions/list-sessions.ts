import { type OpenSessionsReply, openSessionsReplySchema } from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";

/** The account's open sessions, newest first, and which of them asks. */
export function listSessions(context: Context): Promise<OpenSessionsReply> {
  return context.http.request({
    method: "GET",
    path: "/v1/auth/sessions",
    reply: openSessionsReplySchema,
  });
}
