import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { describe, it } from "mocha";
import { clientAddress, clientNetwork } from "../../../api/limits/client-address.ts";

function request(forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  return { headers, socket: { remoteAddress: "10.0.0.1" } } as unknown as IncomingMessage;
}

describe("the client's address", () => {
  it("is the socket's without a proxy, whatever the client claims", () => {
    assert.equal(clientAddress(request("1.2.3.4"), 0), "10.0.0.1");
  });

  it("is what the outermost proxy of ours saw, not what the client wrote before it", () => {
    assert.equal(clientAddress(request("6.6.6.6, 1.2.3.4"), 1), "1.2.3.4");
    assert.equal(clientAddress(request("6.6.6.6, 1.2.3.4, 10.0.0.9"), 2), "1.2.3.4");
    assert.equal(clientAddress(request("1.2.3.4"), 2), "1.2.3.4");
    assert.equal(clientAddress(request(" , "), 1), "10.0.0.1");
    assert.equal(clientAddress(request(), 1), "10.0.0.1");
  });
});

describe("the network that counts as one client", () => {
  const same: [string, string][] = [
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::9", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", ""],
  ];
  for (const [address, network] of same) {
    it(`of ${address || "no address"} is ${network || "empty"}`, () => {
      assert.equal(clientNetwork(address), network);
    });
  }
});
