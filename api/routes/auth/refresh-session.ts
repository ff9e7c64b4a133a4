import { loginReplySchema } from "../../../protocol/wire/auth.ts";
import { readToken } from "../../http/authenticate.ts";
import { route } from "../../http/route.ts";
import { setSessionCookie } from "../../http/session-cookie.ts";
import { ApiProblem } from "../../problem.ts";

export const refreshSession = route({
  method: "post",
  path: "/v1/auth/refresh",
  operationId: "refreshSession",
  tag: "auth",
  summary: "Replace the session's token by a new one, and lengthen the session",
  description:
    "The old token dies at once, and ends the whole session when it is used again two seconds later or after: a token in two hands was stolen. A session that came by cookie gets its new token as a cookie too. Streams that are signed in go on.",
  auth: "session",
  idempotency: "none",
  replies: { 200: loginReplySchema },
  async handle({ services, ctx }) {
    const carried = readToken(ctx, services.config);
    const opened = carried === null ? "expired" : await services.sessions.refresh(carried.token);
    if (carried === null || opened === "expired") throw new ApiProblem("session_expired");
    const { token, session } = opened;
    services.limits.expect(token);
    const { account, expiresAtMs, isAdmin } = session;
    if (carried.by === "cookie") setSessionCookie(ctx, services.config, { token, expiresAtMs });
    return {
      status: 200,
      body: { account, expiresAtMs, isAdmin, token },
      headers: { "Cache-Control": "no-store" },
    };
  },
});
