import type { IncomingMessage } from "node:http";
import type Koa from "koa";
import type { ApiConfig } from "../config.ts";
import { mayUseCookie } from "./cookie-origin.ts";
import { requestHost } from "./request-host.ts";

type PageConfig = Pick<ApiConfig, "COOKIE_SECURE" | "CORS_ORIGINS" | "PUBLIC_URL" | "TRUST_PROXY">;

/** `__Host-`: browsers take it from this very host only, over TLS, for all paths. */
export function sessionCookieName({ COOKIE_SECURE }: Pick<ApiConfig, "COOKIE_SECURE">): string {
  return COOKIE_SECURE ? "__Host-agon_session" : "agon_session";
}

/** Whether the page that sent the request, or opens the websocket, may act with the session's cookie. */
export function isOwnPage({ headers }: Pick<IncomingMessage, "headers">, config: PageConfig) {
  const { origin, "sec-fetch-site": fetchSite } = headers;
  const page = {
    origin: origin || undefined,
    fetchSite: typeof fetchSite === "string" ? fetchSite : undefined,
    host: requestHost(headers, config.TRUST_PROXY),
  };
  return mayUseCookie(page, {
    ownUrl: config.PUBLIC_URL,
    allowedOrigins: config.CORS_ORIGINS,
    isSecure: config.COOKIE_SECURE,
  });
}

/** Sets the session's cookie, out of reach of scripts; null takes it away. */
export function setSessionCookie(
  ctx: Koa.Context,
  config: Pick<ApiConfig, "COOKIE_SECURE">,
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
