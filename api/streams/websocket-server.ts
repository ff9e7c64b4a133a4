import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { Log } from "../../platform/log.ts";
import {
  WS_CLOSE_MESSAGE_TOO_LARGE,
  WS_CLOSE_SERVER_STOPS,
  WS_CLOSE_TOO_MANY_CONNECTIONS,
} from "../../protocol/wire/close-codes.ts";
import { WS_MESSAGE_BYTES_MAX } from "../config.ts";
import type { ApiMetrics } from "../http/api-metrics.ts";
import { endWithProblem } from "../http/raw-problem.ts";
import type { Session } from "../sign-in/session-store.ts";
import { AddressBook, type AddressEntry } from "./address-book.ts";
import { beat } from "./beat.ts";
import { Connection } from "./connection.ts";
import type { FrameDeps } from "./handle-frame.ts";
import { readFrames } from "./read-frames.ts";
import { TurnWriter } from "./turn-writer.ts";

/** What a stream server is made of, and its bounds. */
export interface StreamServerOptions extends FrameDeps {
  path: string;
  heartbeatMs: number;
  maxBufferedBytes: number;
  maxConnectionsPerAddress: number;
  /** For a client's messages, by connection and by address. */
  pointsPerSecond: number;
  pointsPerSecondPerAddress: number;
  /** The client's address: of the socket, or of a trusted proxy's header. */
  addressOf: (request: IncomingMessage) => string;
  /** The session or key that the upgrade request itself presents, by header or cookie, if any. */
  sessionOf: (request: IncomingMessage) => Promise<{ session: Session } | null>;
  metrics: ApiMetrics;
  log: Log;
}

/** ws itself closes on a message above `maxPayload`: with a code, but without a word. */
class ServerSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    const isTooLarge = code === WS_CLOSE_MESSAGE_TOO_LARGE && reason === undefined;
    super.close(code, isTooLarge ? `a message may have ${WS_MESSAGE_BYTES_MAX} bytes` : reason);
  }
}

function refuseHandshake(error: Error, socket: Duplex, { method }: IncomingMessage): void {
  if (method !== "GET") {
    endWithProblem(socket, "method_not_allowed", { headers: ["Allow: GET"] });
    return;
  }
  endWithProblem(socket, "upgrade_invalid", {
    details: { detail: `${error.message}.` },
    headers: ["Sec-WebSocket-Version: 13"],
  });
}

class StreamServer {
  readonly #options: StreamServerOptions;
  readonly #turn = new TurnWriter();
  readonly #addresses: AddressBook;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    WebSocket: ServerSocket,
    maxPayload: WS_MESSAGE_BYTES_MAX,
    // A ping is answered where it is charged for.
    autoPong: false,
    // Compressed, each reader would need bytes of its own.
    perMessageDeflate: false,
  });
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: StreamServerOptions) {
    this.#options = options;
    this.#addresses = new AddressBook(options.pointsPerSecondPerAddress);
    this.#sockets.on("wsClientError", refuseHandshake);
    this.#heartbeat = setInterval(() => {
      beat(options);
      this.#addresses.sweep(Date.now());
    }, options.heartbeatMs);
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { path, addressOf, sessionOf, log } = this.#options;
    socket.on("error", () => socket.destroy());
    if (request.url?.split("?")[0] !== path) {
      const details = { detail: `Streams are at ${path}.` };
      endWithProblem(socket, "not_found", { details });
      return;
    }
    const address = this.#addresses.attempt(addressOf(request), Date.now());
    if (address === null) {
      endWithProblem(socket, "rate_limited", { headers: ["Retry-After: 1"] });
      return;
    }
    address.handshakes += 1;
    void sessionOf(request)
      .then(
        (session) => this.#handshake(request, socket, head, { session, address }),
        (error) => {
          log.warn({ err: error }, "no session could be read for a websocket");
          endWithProblem(socket, "database_unavailable", { headers: ["Retry-After: 1"] });
        },
      )
      .finally(() => {
        address.handshakes -= 1;
      });
  };

  #handshake(
    request: IncomingMessage,
    stream: Duplex,
    head: Buffer,
    who: { session: Connection["session"]; address: AddressEntry },
  ): void {
    this.#sockets.handleUpgrade(request, stream, head, (webSocket) => {
      const { address } = who;
      const connection = new Connection(webSocket, {
        ...this.#options,
        stream,
        turn: this.#turn,
        address,
      });
      connection.session = who.session;
      this.#accept(webSocket, connection);
    });
  }

  #accept(webSocket: WebSocket, connection: Connection): void {
    const { hub, metrics, log, heartbeatMs, maxSubscriptions } = this.#options;
    const { address } = connection;
    webSocket.on("error", (error) => log.debug({ err: error }, "a websocket failed"));
    if (address.connections >= this.#options.maxConnectionsPerAddress) {
      connection.close(WS_CLOSE_TOO_MANY_CONNECTIONS, "too_many_connections");
      return;
    }
    address.connections += 1;
    hub.connected(connection);
    metrics.wsClients.inc();
    webSocket.on("pong", () => {
      connection.isAlive = true;
    });
    webSocket.on("close", () => {
      hub.leaveAll(connection);
      address.connections -= 1;
      metrics.wsClients.dec();
    });
    connection.send({ type: "welcome", timeMs: Date.now(), heartbeatMs, maxSubscriptions });
    readFrames(webSocket, connection, this.#options);
  }

  stop(): void {
    clearInterval(this.#heartbeat);
    for (const connection of [...this.#options.hub.connections()]) {
      connection.close(WS_CLOSE_SERVER_STOPS, "server_stops");
    }
    this.#sockets.close();
  }
}

/** Serves `/ws` on an HTTP server. */
export function startStreamServer(
  server: Server,
  options: StreamServerOptions,
): { stop(): Promise<void> } {
  const streams = new StreamServer(options);
  server.on("upgrade", streams.upgrade);
  return {
    async stop() {
      server.off("upgrade", streams.upgrade);
      streams.stop();
    },
  };
}
