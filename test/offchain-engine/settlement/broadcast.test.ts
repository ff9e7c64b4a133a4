import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, it } from "mocha";
import { BaseError } from "viem";
import { createChainClient } from "../../../offchain-engine/chain/client.ts";
import { broadcast } from "../../../offchain-engine/settlement/broadcast.ts";

/** Words that nodes refuse a transaction with, as their sources have them. */
const REFUSALS: [string, string][] = [
  ["already known", "taken"],
  ["Known transaction: 0x12", "taken"],
  ["AlreadyKnown", "taken"],
  ["replacement transaction underpriced", "underpriced"],
  [
    "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 3 is necessary",
    "underpriced",
  ],
  ["transaction underpriced", "underpriced"],
  ["nonce too low: next nonce 5, tx nonce 4", "nonce_used"],
  ["Nonce too low. Expected nonce to be 5 but got 4.", "nonce_used"],
  ["OldNonce", "nonce_used"],
  ["Nonce too high. Expected nonce to be 5 but got 7.", "nonce_ahead"],
  ["insufficient funds for gas * price + value", "unfunded"],
  ["Sender doesn't have enough funds to send tx.", "unfunded"],
  ["VM Exception while processing transaction: reverted with custom error", "reverted"],
];

describe("broadcast", () => {
  let server: Server;
  let answer: (id: number) => object | null;
  let rpcUrl: string;

  beforeEach(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        const [{ id }] = JSON.parse(body);
        const reply = answer(id);
        if (reply === null) return request.socket.destroy();
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify([{ jsonrpc: "2.0", id, ...reply }]));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => server.close());

  for (const [message, outcome] of REFUSALS) {
    it(`understands "${message}"`, async () => {
      answer = () => ({ error: { code: -32000, message } });
      assert.equal(await broadcast(createChainClient({ rpcUrl }), "0x02"), outcome);
    });
  }

  it("throws what it does not understand", async () => {
    answer = () => ({ error: { code: -32000, message: "transaction type not supported" } });
    await assert.rejects(broadcast(createChainClient({ rpcUrl }), "0x02"), BaseError);
  });

  it("throws when the node does not answer", async () => {
    answer = () => null;
    await assert.rejects(broadcast(createChainClient({ rpcUrl }), "0x02"), BaseError);
  });

  it("tells when the node took it", async () => {
    answer = () => ({ result: `0x${"00".repeat(32)}` });
    assert.equal(await broadcast(createChainClient({ rpcUrl }), "0x02"), "taken");
  });
});
