import { logoutQuerySchema, logoutReplySchema } from "../../../protocol/wire/auth.ts";
import { route } from "../../http/route.ts";
import { setSessionCookie } from "../../http/session-cookie.ts";

export const logOut = route({
  method: "post",
  path: "/v1/auth/logout",
  operationId: "logOut",
  tag: "auth",
  summary: "End the session, or every session of the account",
  auth: "session",
  query: logoutQuerySchema,
  idempotency: "none",
  replies: { 200: logoutReplySchema },
  async handle({ query, services, ctx, session }) {
    if (query.everywhere === "true") await services.sessions.closeAll(session.account);
    else await services.sessions.close(session.account, session.id);
    setSessionCookie(ctx, services.config, null);
    return { status: 200, body: { signedOut: true as const } };
  },
});
