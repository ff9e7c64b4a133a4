import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it } from "mocha";
import { refuseUnparsed } from "../../../api/http/refuse-unparsed.ts";
import { createLog } from "../../../platform/log.ts";

describe("a request that does not arrive in time", () => {
  it("is answered request_timeout as problem+json, and its connection ends", async () => {
    const server = createServer({
      headersTimeout: 100,
      requestTimeout: 100,
      connectionsCheckingInterval: 20,
    });
    refuseUnparsed(server, createLog({ service: "test", level: "fatal" }));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n");
    const reply = await text(socket);
    server.close();
    assert.match(reply, /^HTTP\/1\.1 408 /);
    assert.match(reply, /\r\nContent-Type: application\/problem\+json/);
    assert.equal(JSON.parse(reply.split("\r\n\r\n")[1] ?? "").code, "request_timeout");
  });
});
