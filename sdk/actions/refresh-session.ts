import { type LoginReply, loginReplySchema } from "../../protocol/wire/auth.ts";
import type { Context } from "../context.ts";

/**
 * Replaces the session's token and lengthens the session; open streams go on. Sent once: the old token is
 * dead afterwards, and ends the session when it is used again, so after a lost reply one signs in anew.
 */
export async function refreshSession(context: Context): Promise<LoginReply> {
  context.session = await context.http.request({
    method: "POST",
    path: "/v1/auth/refresh",
    reply: loginReplySchema,
  });
  return context.session;
}
