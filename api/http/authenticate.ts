import type Koa from "koa";
import { ApiProblem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sign-in/session-store.ts";
import { mayUseCookie } from "./cookie-origin.ts";
import type { RouteAuth } from "./route.ts";

/** The cookie that a sign-in sets. */
export const SESSION_COOKIE = "agon_session";

/** A session's token, and how the request brought it. */
export interface PresentedToken {
  token: string;
  by: "bearer" | "cookie";
}

/** The token that a request presents: the Authorization header wins over the cookie. */
export function readToken(ctx: Koa.Context): PresentedToken | null {
  const header = ctx.get("Authorization");
  if (header !== "") {
    const token = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(header)?.[1];
    if (token === undefined) throw new ApiProblem("unauthenticated");
    return { token, by: "bearer" };
  }
  const cookie = ctx.cookies.get(SESSION_COOKIE);
  return cookie ? { token: cookie, by: "cookie" } : null;
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** The session that the route's need asks for. @throws ApiProblem 401 or 403. */
export async function authenticate(
  ctx: Koa.Context,
  need: RouteAuth,
  services: Services,
): Promise<Session | null> {
  if (need === "none") return null;
  const presented = readToken(ctx);
  if (presented === null) {
    if (need === "optional") return null;
    throw new ApiProblem("unauthenticated");
  }
  const session = await services.sessions.find(presented.token);
  if (session === "expired") throw new ApiProblem("session_expired");
  if (session === "unknown") {
    // A stale cookie must not bar a route that needs no session.
    if (need === "optional" && presented.by === "cookie") return null;
    throw new ApiProblem("unauthenticated");
  }
  const isSafe = presented.by === "bearer" || SAFE_METHODS.has(ctx.method);
  const origin = ctx.get("Origin") || undefined;
  if (!isSafe && !mayUseCookie(origin, ctx.host, services.config.CORS_ORIGINS)) {
    throw new ApiProblem("forbidden", {
      details: { detail: "The Origin is not on the allow-list." },
    });
  }
  if (need === "admin" && !session.isAdmin) throw new ApiProblem("forbidden");
  return session;
}
