import type Koa from "koa";
import type { ApiConfig } from "../config.ts";
import { type CookieRules, mayUseCookie } from "./cookie-origin.ts";

type CookieConfig = Pick<ApiConfig, "COOKIE_SECURE" | "CORS_ORIGINS">;

/** `__Host-`: browsers take it from this very host only, over TLS, for all paths. */
export function sessionCookieName({ COOKIE_SECURE }: Pick<ApiConfig, "COOKIE_SECURE">): string {
  return COOKIE_SECURE ? "__Host-agon_session" : "agon_session";
}

export function cookieRules(config: CookieConfig): CookieRules {
  return { allowedOrigins: config.CORS_ORIGINS, isSecure: config.COOKIE_SECURE };
}

/** Whether the page that sent the request may act with the session's cookie. */
export function isOwnPage(ctx: Koa.Context, config: CookieConfig): boolean {
  const origin = ctx.get("Origin") || undefined;
  const fetchSite = ctx.get("Sec-Fetch-Site") || undefined;
  return mayUseCookie({ origin, fetchSite, host: ctx.host }, cookieRules(config));
}

/** Sets the session's cookie, out of reach of scripts; null takes it away. */
export function setSessionCookie(
  ctx: Koa.Context,
  config: CookieConfig,
  session: { token: string; expiresAtMs: number } | null,
): void {
  // TLS may end at a proxy in front: that it is there is what COOKIE_SECURE says.
  ctx.cookies.secure = config.COOKIE_SECURE;
  ctx.cookies.set(sessionCookieName(config), session?.token ?? null, {
    httpOnly: true,
    sameSite: "lax",
    secure: config.COOKIE_SECURE,
    ...(session ? { expires: new Date(session.expiresAtMs) } : {}),
    path: "/",
    overwrite: true,
  });
}
