import { logoutReplySchema } from "../../../protocol/wire/auth.ts";
import { readToken, SESSION_COOKIE } from "../../http/authenticate.ts";
import { route } from "../../http/route.ts";

export const logOut = route({
  method: "post",
  path: "/v1/auth/logout",
  operationId: "logOut",
  tag: "auth",
  summary: "End the session",
  auth: "session",
  idempotency: "none",
  replies: { 200: logoutReplySchema },
  async handle({ services, ctx, session }) {
    const token = readToken(ctx)?.token;
    if (token !== undefined) {
      await services.sessions.close(token);
      services.streams.endSession(session.account, token);
    }
    ctx.cookies.set(SESSION_COOKIE, null, { path: "/", overwrite: true });
    return { status: 200, body: { signedOut: true as const } };
  },
});
