import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, it } from "mocha";
import { useApiWorld } from "../support/api-world.ts";
import { eventually } from "../support/eventually.ts";
import { connectSocket } from "../support/test-socket.ts";

const READERS = 10;
const ASKED_EACH = 100;
const BUFFERED_BYTES = 256 * 1024;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes that the process holds once garbage is gone. */
function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A client that asks for snapshots over real TCP and never reads a byte. */
function deafReader(apiUrl: string, stream: string): Socket {
  const { host, hostname, port } = new URL(apiUrl);
  const payload = Buffer.from(JSON.stringify({ op: "subscribe", stream }));
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {}); // it is cut: that is what the test is about
  socket.pause();
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  for (let i = 0; i < ASKED_EACH; i++) socket.write(frame);
  return socket;
}

describe("readers that never read", () => {
  const world = useApiWorld({
    WS_MAX_BUFFERED_BYTES: String(BUFFERED_BYTES),
    WS_HEARTBEAT_MS: "60000",
  });

  it("are each cut with a code, and cost no more memory than the bound on the way", async function () {
    this.timeout(60_000);
    const { api, call, engine } = world();
    for (let i = 0; i < 50; i++) {
      await engine.createMarket(`long-${i}`, { rules: "x".repeat(4000) });
    }
    const brisk = await connectSocket(api.url);
    brisk.send({ op: "subscribe", stream: "markets" });
    await brisk.next("snapshot");

    const before = bytesInUse();
    const readers = Array.from({ length: READERS }, () => deafReader(api.url, "markets"));
    const cut = new RegExp(`ws_closed_total\\{[^}]*reason="slow_consumer"[^}]*\\} ${READERS}\\b`);
    let most = 0;
    await eventually(async () => {
      most = Math.max(most, bytesInUse() - before);
      return cut.test((await call("GET", "/metrics")).text);
    }, 30_000);
    // Each was sent 20 MB. Beside the bound a reader may hold one snapshot, of 200 KB.
    const bound = READERS * (BUFFERED_BYTES + 256 * 1024 + 256 * 1024) + 16 * 2 ** 20;
    assert.ok(most < bound, `${Math.round(most / 2 ** 20)} MiB of ${bound / 2 ** 20}`);

    await engine.createMarket("after-the-cut");
    assert.equal((await brisk.next("market")).market.slug, "after-the-cut");
    for (const reader of readers) reader.destroy();
    brisk.close();
    await eventually(async () =>
      /ws_clients\{?[^}]*\}? 0\b/.test((await call("GET", "/metrics")).text),
    );
    await eventually(() => bytesInUse() - before < 4 * 2 ** 20);
  });
});
