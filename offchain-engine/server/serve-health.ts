import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Metrics } from "../../platform/metrics.ts";
import { StartError } from "../../platform/start-error.ts";
import type { StatusReply } from "../../protocol/engine/request.ts";

export interface HealthServer {
  port: number;
  stop(): Promise<void>;
}

/**
 * `/metrics` for Prometheus and `/health` for supervisors: 200, or 503 while the engine differs from the
 * chain or settlement waits for an operator.
 */
export async function serveHealth(options: {
  host: string;
  port: number;
  metrics: Metrics;
  status: () => Promise<StatusReply>;
}): Promise<HealthServer> {
  const { host, port, metrics, status } = options;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url === "/metrics") {
      const { contentType, body } = await metrics.expose();
      response.writeHead(200, { "content-type": contentType }).end(body);
      return;
    }
    if (request.url === "/health") {
      const now = await status();
      const healthy = now.reconciliation?.ok !== false && now.settlementHalted === null;
      const body = JSON.stringify({ status: healthy ? "ok" : "degraded", ...now });
      response.writeHead(healthy ? 200 : 503, { "content-type": "application/json" }).end(body);
      return;
    }
    response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    // An engine that failed cannot tell its state: that is an answer, too.
    answer(request, response).catch(() => response.writeHead(503).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(
        new StartError("port_taken", `Port ${port} of ${host} cannot be had for /metrics.`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
