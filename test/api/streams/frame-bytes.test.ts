import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { after, before, describe, it } from "mocha";
import { WebSocket, WebSocketServer } from "ws";
import { frameBytes } from "../../../api/streams/frame-bytes.ts";

describe("frame bytes", () => {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  let stream: Duplex;
  let client: WebSocket;

  before(async () => {
    server.on("upgrade", (request, socket, head) => {
      stream = socket;
      sockets.handleUpgrade(request, socket, head, () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise((resolve) => client.once("open", resolve));
  });

  after(() => {
    client.terminate();
    server.close();
  });

  async function readBack(text: string): Promise<string> {
    const message = new Promise<string>((resolve, reject) => {
      client.once("message", (data, isBinary) => resolve(isBinary ? "binary" : String(data)));
      client.once("close", (code) => reject(new Error(`closed with ${code}`)));
    });
    stream.write(frameBytes(text));
    return message;
  }

  for (const length of [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]) {
    it(`are a message of ${length} characters to a websocket client`, async () => {
      assert.equal(await readBack("x".repeat(length)), "x".repeat(length));
    });
  }

  it("count bytes, not characters", async () => {
    const text = "é€😀".repeat(50);
    assert.equal(await readBack(text), text);
  });
});
