import type { IncomingMessage, Server } from "node:http";
import { SESSION_COOKIE } from "../http/authenticate.ts";
import { mayUseCookie } from "../http/cookie-origin.ts";
import { clientAddress, clientNetwork } from "../limits/client-address.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sign-in/session-store.ts";
import { startStreamServer } from "./websocket-server.ts";

function cookieToken(request: IncomingMessage, allowedOrigins: readonly string[]): string | null {
  const { origin, host, cookie } = request.headers;
  if (!mayUseCookie(origin, host, allowedOrigins)) return null;
  const pair = (cookie ?? "").split(/;\s*/).find((part) => part.startsWith(`${SESSION_COOKIE}=`));
  return pair?.slice(SESSION_COOKIE.length + 1) ?? null;
}

function bearerToken(request: IncomingMessage): string | null {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}

/** `/ws` with this process's services. */
export function startWebsockets(server: Server, services: Services): { stop(): Promise<void> } {
  const { config, sessions, streams, mirror, metrics, log } = services;

  async function sessionOf(
    request: IncomingMessage,
  ): Promise<{ session: Session; token: string } | null> {
    const token = bearerToken(request) ?? cookieToken(request, config.CORS_ORIGINS);
    if (token === null) return null;
    const session = await sessions.find(token);
    return typeof session === "string" ? null : { session, token };
  }

  return startStreamServer(server, {
    path: "/ws",
    hub: streams,
    sessions,
    isReady: () => mirror.ready,
    maxSubscriptions: config.WS_MAX_SUBSCRIPTIONS,
    heartbeatMs: config.WS_HEARTBEAT_MS,
    maxBufferedBytes: config.WS_MAX_BUFFERED_BYTES,
    maxConnectionsPerAddress: config.WS_MAX_CONNECTIONS_PER_ADDRESS,
    addressOf: (request) => clientNetwork(clientAddress(request, config.TRUST_PROXY)),
    sessionOf,
    metrics,
    log,
  });
}
