import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

const TEXT = { binary: false };

/** A server of bare `ws` that sends what it is given to all its clients, as its documentation does. */
export async function startBareServer(): Promise<{
  port: number;
  broadcast(message: Buffer): void;
  stop(): Promise<void>;
}> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    broadcast(message) {
      for (const client of sockets.clients as Set<WebSocket>) client.send(message, TEXT);
    },
    stop: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
