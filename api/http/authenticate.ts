import type Koa from "koa";
import { ApiProblem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sign-in/session-store.ts";
import type { RouteAuth } from "./route.ts";

export const SESSION_COOKIE = "agon_session";

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

/**
 * A page of another origin must not act with the user's cookie: a cookie-borne unsafe request needs
 * an Origin (or none at all: not a browser) that is ours or on the allow-list.
 */
function checkOrigin(ctx: Koa.Context, allowed: readonly string[]): void {
  const origin = ctx.get("Origin");
  if (origin === "" || allowed.includes(origin)) return;
  if (URL.canParse(origin) && new URL(origin).host === ctx.host) return;
  throw new ApiProblem("forbidden", {
    details: { detail: "The Origin is not on the allow-list." },
  });
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
  if (presented.by === "cookie" && !SAFE_METHODS.has(ctx.method)) {
    checkOrigin(ctx, services.config.CORS_ORIGINS);
  }
  if (need === "admin" && !session.isAdmin) throw new ApiProblem("forbidden");
  return session;
}
