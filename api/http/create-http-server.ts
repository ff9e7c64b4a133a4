import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../../platform/log.ts";
import {
  type ApiConfig,
  connectionsPerAddress,
  HEADER_BYTES_MAX,
  HEADERS_MAX,
  HEADERS_TIMEOUT_MS,
  REQUEST_TIMEOUT_MS,
} from "../config.ts";
import { boundConnections } from "../limits/bound-connections.ts";
import { endWithProblem } from "./raw-problem.ts";
import { refuseUnparsed } from "./refuse-unparsed.ts";

const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const CONNECTIONS_CHECK_MS = 5_000;

/** A server with bounds on time, headers and sockets, whose every refusal is problem+json. */
export function createHttpServer(config: ApiConfig, log: Log): Server {
  const server = createServer({
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CONNECTIONS_CHECK_MS,
    // Node would refuse such a request without a word; `answerWith` does it with one.
    requireHostHeader: false,
    // A client that offers HTTP/2 in passing (`Upgrade: h2c`) gets its answer over HTTP/1.1.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
  });
  server.maxHeadersCount = HEADERS_MAX;
  server.maxConnections = config.HTTP_MAX_CONNECTIONS;
  refuseUnparsed(server, log);
  boundConnections(server, connectionsPerAddress(config));
  return server;
}

/** Hands whole requests to `answer`. A socket that was refused, or that is gone, gets nothing done. */
export function answerWith(server: Server, answer: RequestListener): void {
  server.on("request", (request, response) => {
    if (!request.socket.writable) return;
    if (request.headers.host === undefined && request.httpVersion === "1.1") {
      endWithProblem(request.socket, "request_malformed", {
        details: { detail: "HTTP/1.1 needs a Host header." },
      });
      return;
    }
    answer(request, response);
  });
}

/** Resolves with the origin at which it listens: `http://host:port`. */
export function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address() as AddressInfo;
      const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
      resolve(`http://${name}:${address.port}`);
    });
  });
}

/** Takes no more connections, and gives those that still talk a second. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    // What still talks after this has had its time.
    setTimeout(() => server.closeAllConnections(), 1000).unref();
  });
}
