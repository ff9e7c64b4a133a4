import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Log } from "../../platform/log.ts";
import {
  WS_CLOSE_SERVER_STOPS,
  WS_CLOSE_TOO_MANY_CONNECTIONS,
} from "../../protocol/wire/stream.ts";
import { WS_MESSAGE_BYTES_MAX } from "../config.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import type { Session } from "../sign-in/session-store.ts";
import { Connection } from "./connection.ts";
import { type FrameDeps, handleFrame } from "./handle-frame.ts";

export interface StreamServerOptions extends FrameDeps {
  path: string;
  heartbeatMs: number;
  maxBufferedBytes: number;
  maxConnectionsPerAddress: number;
  /** The client's address: of the socket, or of a trusted proxy's header. */
  addressOf: (request: IncomingMessage) => string;
  /** The session that the upgrade request itself presents, by header or cookie, if any. */
  sessionOf: (request: IncomingMessage) => Promise<{ session: Session; token: string } | null>;
  metrics: ApiMetrics;
  log: Log;
}

/** Frames of one connection that may wait for their turn. */
const INBOX_MAX = 256;

/** Serves `/ws` on an HTTP server. */
export function startStreamServer(
  server: Server,
  options: StreamServerOptions,
): { stop(): Promise<void> } {
  const { hub, metrics, log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: WS_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const perAddress = new Map<string, number>();

  function countAddress(address: string, by: 1 | -1): number {
    const count = (perAddress.get(address) ?? 0) + by;
    if (count > 0) perAddress.set(address, count);
    else perAddress.delete(address);
    return count;
  }

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (request.url?.split("?")[0] !== options.path) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    void options.sessionOf(request).then(
      (session) =>
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          const address = options.addressOf(request);
          const connection = new Connection(webSocket, { ...options, address });
          connection.session = session;
          accept(webSocket, connection);
        }),
      (error) => {
        log.warn({ err: error }, "no session could be read for a websocket");
        socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
      },
    );
  }

  function accept(webSocket: import("ws").WebSocket, connection: Connection): void {
    webSocket.on("error", (error) => log.debug({ err: error }, "a websocket failed"));
    if (countAddress(connection.address, 1) > options.maxConnectionsPerAddress) {
      countAddress(connection.address, -1);
      connection.close(WS_CLOSE_TOO_MANY_CONNECTIONS, "too_many_connections");
      return;
    }
    hub.connected(connection);
    metrics.wsClients.inc();
    webSocket.on("pong", () => {
      connection.isAlive = true;
    });
    webSocket.on("close", () => {
      hub.leaveAll(connection);
      countAddress(connection.address, -1);
      metrics.wsClients.dec();
    });
    connection.send({
      type: "welcome",
      timeMs: Date.now(),
      heartbeatMs: options.heartbeatMs,
      maxSubscriptions: options.maxSubscriptions,
    });
    readFrames(webSocket, connection);
  }

  /** One frame after another, so that replies come in the order of the questions. */
  function readFrames(webSocket: import("ws").WebSocket, connection: Connection): void {
    let waiting = 0;
    let turn: Promise<void> = Promise.resolve();
    webSocket.on("message", (data, isBinary) => {
      if (isBinary) return connection.sendError("media_type_unsupported");
      if (waiting >= INBOX_MAX) return connection.sendError("rate_limited");
      waiting += 1;
      const text = String(data);
      turn = turn
        .then(() => handleFrame(connection, text, options))
        .catch((error) => {
          log.error({ err: error }, "a websocket frame failed");
          connection.sendError("internal");
        })
        .finally(() => {
          waiting -= 1;
        });
    });
  }

  function beat(): void {
    const timeMs = Date.now();
    let subscriptions = 0;
    for (const connection of hub.connections()) {
      const own = connection.session;
      if (own && own.session.expiresAtMs <= timeMs) hub.endSession(own.session.account, own.token);
      subscriptions += connection.subscriptions.size;
      const streams: Record<string, number> = {};
      for (const [stream, { lastSeq, held }] of connection.subscriptions) {
        if (held === null) streams[stream] = lastSeq;
      }
      connection.send({ type: "heartbeat", timeMs, streams });
      connection.probe();
    }
    metrics.wsSubscriptions.set(subscriptions);
  }

  server.on("upgrade", onUpgrade);
  const heartbeat = setInterval(beat, options.heartbeatMs);
  return {
    async stop() {
      clearInterval(heartbeat);
      server.off("upgrade", onUpgrade);
      for (const connection of [...hub.connections()]) {
        connection.close(WS_CLOSE_SERVER_STOPS, "server_stops");
      }
      sockets.close();
    },
  };
}
