import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { Log } from "../../platform/log.ts";
import {
  WS_CLOSE_MESSAGE_TOO_LARGE,
  WS_CLOSE_SERVER_STOPS,
  WS_CLOSE_TOO_MANY_CONNECTIONS,
} from "../../protocol/wire/stream.ts";
import { WS_MESSAGE_BYTES_MAX } from "../config.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import { endWithProblem } from "../http/raw-problem.ts";
import type { Session } from "../sign-in/session-store.ts";
import { AddressCounts } from "./address-counts.ts";
import { Connection } from "./connection.ts";
import { type FrameDeps, handleFrame } from "./handle-frame.ts";

/** What a stream server is made of, and its bounds. */
export interface StreamServerOptions extends FrameDeps {
  path: string;
  heartbeatMs: number;
  maxBufferedBytes: number;
  maxConnectionsPerAddress: number;
  /** The client's address: of the socket, or of a trusted proxy's header. */
  addressOf: (request: IncomingMessage) => string;
  /** The session or key that the upgrade request itself presents, by header or cookie, if any. */
  sessionOf: (request: IncomingMessage) => Promise<{ session: Session } | null>;
  metrics: ApiMetrics;
  log: Log;
}

/** Frames of one connection that may wait for their turn. */
const INBOX_MAX = 256;

/** ws itself closes on a message above `maxPayload`: with a code, but without a word. */
class ServerSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    const isTooLarge = code === WS_CLOSE_MESSAGE_TOO_LARGE && reason === undefined;
    super.close(code, isTooLarge ? `a message may have ${WS_MESSAGE_BYTES_MAX} bytes` : reason);
  }
}

/** Serves `/ws` on an HTTP server. */
export function startStreamServer(
  server: Server,
  options: StreamServerOptions,
): { stop(): Promise<void> } {
  const { hub, metrics, log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    WebSocket: ServerSocket,
    maxPayload: WS_MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });
  const perAddress = new AddressCounts();

  sockets.on("wsClientError", ({ message }, socket, { method }) => {
    if (method !== "GET") endWithProblem(socket, "method_not_allowed", { headers: ["Allow: GET"] });
    else {
      endWithProblem(socket, "upgrade_invalid", {
        details: { detail: `${message}.` },
        headers: ["Sec-WebSocket-Version: 13"],
      });
    }
  });

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    if (request.url?.split("?")[0] !== options.path) {
      endWithProblem(socket, "not_found", {
        details: { detail: `Streams are at ${options.path}.` },
      });
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
        endWithProblem(socket, "database_unavailable", { headers: ["Retry-After: 1"] });
      },
    );
  }

  function accept(webSocket: WebSocket, connection: Connection): void {
    webSocket.on("error", (error) => log.debug({ err: error }, "a websocket failed"));
    if (perAddress.add(connection.address) > options.maxConnectionsPerAddress) {
      perAddress.remove(connection.address);
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
      perAddress.remove(connection.address);
      metrics.wsClients.dec();
    });
    connection.send({
      type: "welcome",
      timeMs: Date.now(),
      heartbeatMs: options.heartbeatMs,
      maxSubscriptions: options.maxSubscriptions,
    });
    readFrames(webSocket, connection, options);
  }

  server.on("upgrade", onUpgrade);
  const heartbeat = setInterval(() => beat(options), options.heartbeatMs);
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

/** One frame after another, so that replies come in the order of the questions. */
function readFrames(
  webSocket: WebSocket,
  connection: Connection,
  options: StreamServerOptions,
): void {
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
        options.log.error({ err: error }, "a websocket frame failed");
        connection.sendError("internal");
      })
      .finally(() => {
        waiting -= 1;
      });
  });
}

/** To every connection: where its streams stand, and a probe. Sessions that are over end here. */
function beat({ hub, metrics }: StreamServerOptions): void {
  const timeMs = Date.now();
  let subscriptions = 0;
  for (const connection of hub.connections()) {
    const own = connection.session;
    if (own && (own.session.expiresAtMs ?? Number.POSITIVE_INFINITY) <= timeMs) {
      hub.endSession(own.session.id);
    }
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
