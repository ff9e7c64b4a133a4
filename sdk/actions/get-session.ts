import { type SessionReply, sessionReplySchema } from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";

/** Whose session the token belongs to. @throws AgonError `unauthenticated`, `session_expired` */
export function getSession(context: Context): Promise<SessionReply> {
  return context.http.request({ method: "GET", path: "/v1/auth/me", reply: sessionReplySchema });
}
