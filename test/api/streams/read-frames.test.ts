import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { describe, it } from "mocha";
import { issueToken } from "../../../api/sign-in/credential-token.ts";
import { useApiWorld } from "../support/api-world.ts";
import { eventually } from "../support/eventually.ts";
import { connectSocket } from "../support/test-socket.ts";

const TEXT = 0x1;
const PING = 0x9;
const PONG = 0xa;

/** A client's frame of less than 126 bytes, masked with zeros. */
function rawFrame(opcode: number, payload: string): Buffer {
  const head = Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]);
  return Buffer.concat([head, Buffer.from(payload)]);
}

/** A connection over bare TCP, once it has its welcome. */
async function tcpClient(apiUrl: string): Promise<Socket> {
  const { host, hostname, port } = new URL(apiUrl);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {}); // it is cut: that is what the tests are about
  socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  let seen = "";
  await new Promise<void>((resolve) => {
    socket.on("data", (data) => {
      seen += data.toString("latin1");
      if (seen.includes("welcome")) resolve();
    });
  });
  return socket;
}

describe("frames of a client that hangs up", () => {
  const world = useApiWorld({ WS_MAX_SUBSCRIPTIONS_PER_ADDRESS: "8", WS_HEARTBEAT_MS: "60000" });

  it("are not done any more, whatever they wait for: no subscription stays with its address", async () => {
    const { api, call, engine } = world();
    for (let i = 0; i < 8; i++) await engine.createMarket(`left-${i}`);
    const clients = /ws_clients(\{[^}]*\})? (\d+)/;
    for (let round = 0; round < 10; round++) {
      const socket = await tcpClient(api.url);
      const frames = [{ op: "auth", token: issueToken("session").token }] as object[];
      for (let i = 0; i < 8; i++) frames.push({ op: "subscribe", stream: `book:left-${i}` });
      const bytes = frames.map((frame) => rawFrame(TEXT, JSON.stringify(frame)));
      socket.write(Buffer.concat(bytes), () => socket.resetAndDestroy());
      await new Promise((resolve) => socket.once("close", resolve));
    }
    await eventually(async () => clients.exec((await call("GET", "/metrics")).text)?.[2] === "0");
    const last = await connectSocket(api.url);
    last.send({ op: "auth", token: issueToken("session").token });
    await last.next("error");
    for (let i = 0; i < 8; i++) {
      last.send({ op: "subscribe", stream: `book:left-${i}`, id: i });
      assert.equal((await last.next("snapshot")).id, i);
    }
    last.close();
  });
});

describe("control frames", () => {
  const world = useApiWorld({ WS_POINTS_PER_SECOND: "1", WS_HEARTBEAT_MS: "60000" });

  for (const [what, opcode] of [
    ["pings", PING],
    ["pongs", PONG],
  ] as const) {
    it(`cost points as messages do: a flood of ${what} is cut with a code`, async () => {
      const { api, call } = world();
      const cut = /ws_closed_total\{[^}]*reason="too_many_messages"[^}]*\} (\d+)/;
      const cuts = async () => Number(cut.exec((await call("GET", "/metrics")).text)?.[1] ?? 0);
      const before = await cuts();
      const socket = await tcpClient(api.url);
      socket.write(Buffer.concat(Array.from({ length: 1000 }, () => rawFrame(opcode, ""))));
      await eventually(async () => (await cuts()) === before + 1);
      await new Promise((resolve) => socket.once("close", resolve));
    });
  }

  it("within the points are answered", async () => {
    const socket = await tcpClient(world().api.url);
    const pong = new Promise<Buffer>((resolve) => socket.once("data", resolve));
    socket.write(rawFrame(PING, "hi"));
    assert.deepEqual([...(await pong)], [0x80 | PONG, 2, ...Buffer.from("hi")]);
    socket.destroy();
  });
});
