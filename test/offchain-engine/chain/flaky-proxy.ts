import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A way to a JSON-RPC server that loses requests, loses answers, and answers with 503, as chance has it. */
export interface FlakyProxy {
  url: string;
  stop(): Promise<void>;
}

export async function startFlakyProxy(
  targetUrl: string,
  random: () => number,
): Promise<FlakyProxy> {
  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chance = random();
    if (chance < 0.02) return void request.socket.destroy();
    const body = await readBody(request);
    if (chance < 0.04) return void response.writeHead(503).end();
    const headers = { "content-type": "application/json" };
    const answer = await fetch(targetUrl, { method: "POST", headers, body });
    const text = await answer.text();
    if (chance < 0.06) return void request.socket.destroy();
    response.writeHead(answer.status, headers).end(text);
  }

  const server = createServer((request, response) => {
    forward(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
