import assert from "node:assert/strict";
import { connect } from "node:net";
import { describe, it } from "mocha";
import { WebSocket } from "ws";
import { useApiWorld } from "../support/api-world.ts";
import { eventually } from "../support/eventually.ts";

interface RawReply {
  status: number;
  head: string;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document.
  body: any;
}

const UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
const LENGTHS = "POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n";
const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

describe("bytes on a bare socket", () => {
  const world = useApiWorld();

  /** Sends the text and reads until the server ends the connection. */
  function send(text: string): Promise<RawReply> {
    const { hostname, port } = new URL(world().api.url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let received = "";
      socket.on("data", (data) => {
        received += String(data);
      });
      socket.on("error", reject);
      socket.on("end", () => {
        const [head = "", body = ""] = received.split("\r\n\r\n");
        socket.end();
        resolve({ status: Number(head.split(" ")[1]), head, body: body && JSON.parse(body) });
      });
    });
  }

  const refused: [what: string, text: string, code: string, status: number][] = [
    ["no HTTP at all", "hello there\r\n\r\n", "request_malformed", 400],
    [
      "headers beyond their bound",
      `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`,
      "headers_too_large",
      431,
    ],
    [
      "a WebSocket at another path",
      `GET /socket HTTP/1.1\r\nHost: x\r\n${UPGRADE}${KEY}\r\n`,
      "not_found",
      404,
    ],
    [
      "a WebSocket without a key",
      `GET /ws HTTP/1.1\r\nHost: x\r\n${UPGRADE}\r\n`,
      "upgrade_invalid",
      400,
    ],
    [
      "a WebSocket by POST",
      `POST /ws HTTP/1.1\r\nHost: x\r\n${UPGRADE}${KEY}\r\n`,
      "method_not_allowed",
      405,
    ],
    ["a method that is none", "BREW / HTTP/1.1\r\nHost: x\r\n\r\n", "request_malformed", 400],
    ["no Host", "GET /health HTTP/1.1\r\n\r\n", "request_malformed", 400],
    ["two lengths", `${LENGTHS}Content-Length: 2\r\n\r\n{}`, "request_malformed", 400],
    ["a tunnel", "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "method_not_allowed", 405],
    [
      "an expectation",
      `GET /health HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n`,
      "request_malformed",
      400,
    ],
    ["no path", `OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, "not_found", 404],
    [
      "a path that does not decode",
      `GET /v1/markets/%E0%A4%A HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      "validation_failed",
      400,
    ],
    [
      "a whole URL of elsewhere",
      `GET http://elsewhere/v1/nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      "not_found",
      404,
    ],
    [
      "OPTIONS of no page",
      `OPTIONS /v1/markets HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      "method_not_allowed",
      405,
    ],
  ];
  for (const [what, text, code, status] of refused) {
    it(`answers ${what} with ${code} as problem+json`, async () => {
      const reply = await send(text);
      assert.equal(reply.status, status);
      assert.match(reply.head, /content-type: application\/problem\+json/i);
      assert.equal(reply.body.code, code);
      assert.equal(reply.body.status, status);
      assert.match(reply.head, /x-content-type-options: nosniff/i);
      assert.match(reply.head, /content-security-policy: default-src/i);
      assert.match(reply.head, /x-request-id: [\w-]{36}/i);
    });
  }

  it("that are no HTTP lose none of the replies to the requests before them", async () => {
    const nonce = "GET /v1/auth/nonce HTTP/1.1\r\nHost: x\r\n\r\n";
    const { hostname, port } = new URL(world().api.url);
    const received = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${nonce}${nonce}GARBAGE\r\n\r\n`);
      });
      let text = "";
      socket.on("data", (data) => {
        text += String(data);
      });
      socket.on("error", reject);
      socket.on("close", () => resolve(text));
    });
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    assert.deepEqual(statuses, ["200", "200", "400"]);
    assert.match(received, /"code":"request_malformed"/);
  });

  it("that break a body's chunks leave the api serving, and are no bug in its log", async () => {
    const { call, logLines } = world();
    const reply = await send(
      "POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    );
    assert.equal(reply.status, 400);
    assert.equal((await call("GET", "/health")).status, 200);
    assert.ok(logLines.every((line) => !line.includes('"bug')));
  });

  it("of a client that hangs up amid its body leave no bug in the log", async () => {
    const { api, call, logLines } = world();
    const { hostname, port } = new URL(api.url);
    const before = logLines.length;
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        "POST /v1/orders HTTP/1.1\r\nHost: x\r\nX-Request-ID: hangs-up\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
        () => socket.resetAndDestroy(),
      );
    });
    await eventually(() => logLines.slice(before).some((line) => line.includes("hangs-up")));
    assert.equal((await call("GET", "/health")).status, 200);
    assert.ok(logLines.every((line) => !line.includes('"bug')));
  });

  it("that offer HTTP/2 in passing are answered over HTTP/1.1", async () => {
    const reply = await send(
      "GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n",
    );
    assert.equal(reply.status, 200);
  });

  it("of a message too long close a WebSocket with the limit as the reason", async () => {
    const socket = new WebSocket(`${world().api.url.replace("http", "ws")}/ws`);
    const closed = new Promise<[number, string]>((resolve) => {
      socket.on("error", () => {});
      socket.on("close", (code, reason) => resolve([code, String(reason)]));
    });
    socket.on("open", () => socket.send("x".repeat(8 * 1024 + 1)));
    const [code, reason] = await closed;
    assert.equal(code, 1009);
    assert.match(reason, /8192 bytes/);
  });
});
