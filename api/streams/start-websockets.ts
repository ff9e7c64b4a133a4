import type { IncomingMessage, Server } from "node:http";
import { isOwnPage, sessionCookieName } from "../http/session-cookie.ts";
import { clientAddress, clientNetwork } from "../limits/client-address.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sign-in/session-store.ts";
import { watchCredentials } from "./watch-credentials.ts";
import { startStreamServer } from "./websocket-server.ts";

function cookieToken(request: IncomingMessage, config: Services["config"]): string | null {
  if (!isOwnPage(request, config)) return null;
  const start = `${sessionCookieName(config)}=`;
  const pair = (request.headers.cookie ?? "").split(/;\s*/).find((part) => part.startsWith(start));
  return pair?.slice(start.length) ?? null;
}

function bearerToken(request: IncomingMessage): string | null {
  return /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? null;
}

/** `/ws` with this process's services. */
export function startWebsockets(server: Server, services: Services): { stop(): Promise<void> } {
  const { config, credentials, streams, mirror, metrics, log } = services;

  async function sessionOf(request: IncomingMessage): Promise<{ session: Session } | null> {
    const token = bearerToken(request) ?? cookieToken(request, config);
    if (token === null) return null;
    const session = await credentials.find(token);
    return typeof session === "string" ? null : { session };
  }

  const watch = watchCredentials(streams, credentials, log);
  const streamServer = startStreamServer(server, {
    path: "/ws",
    hub: streams,
    credentials,
    isReady: () => mirror.ready,
    maxSubscriptions: config.WS_MAX_SUBSCRIPTIONS,
    heartbeatMs: config.WS_HEARTBEAT_MS,
    maxBufferedBytes: config.WS_MAX_BUFFERED_BYTES,
    maxConnectionsPerAddress: config.WS_MAX_CONNECTIONS_PER_ADDRESS,
    maxSubscriptionsPerAddress: config.WS_MAX_SUBSCRIPTIONS_PER_ADDRESS,
    pointsPerSecond: config.WS_POINTS_PER_SECOND,
    pointsPerSecondPerAddress: config.WS_POINTS_PER_SECOND_PER_ADDRESS,
    addressOf: (request) => clientNetwork(clientAddress(request, config.TRUST_PROXY)),
    sessionOf,
    metrics,
    log,
  });
  return {
    async stop() {
      watch.stop();
      await streamServer.stop();
    },
  };
}
