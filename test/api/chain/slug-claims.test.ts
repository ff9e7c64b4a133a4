import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "mocha";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { useApiWorld } from "../support/api-world.ts";

const admin = privateKeyToAccount(generatePrivateKey());
const FAR = Math.floor(Date.now() / 1000) + 1_000_000;
const TEXTS = { question: "Will it be as it is said?", rules: "As the record says." };
const TERMS = {
  closeTime: FAR,
  resolveDeadline: FAR + 1000,
  resolution: { kind: "manual" },
};

/** A node that answers what a sender asks for, and drops the connection on what it broadcasts. */
function startForgetfulNode(): Promise<{ url: string; stop: () => Promise<void> }> {
  const results: Record<string, unknown> = {
    eth_chainId: "0x7a69",
    eth_call: `0x${"00".repeat(31)}01`,
    eth_getTransactionCount: "0x0",
    eth_estimateGas: "0x30000",
    eth_gasPrice: "0x1",
    eth_maxPriorityFeePerGas: "0x1",
    eth_getBlockByNumber: { number: "0x1", baseFeePerGas: "0x1", transactions: [] },
  };
  const server = createServer(async (request, response) => {
    const { id, method } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    if (method === "eth_sendRawTransaction") return response.destroy();
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ jsonrpc: "2.0", id, result: results[method] ?? null }));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const stop = () => new Promise<void>((done) => server.close(() => done()));
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop });
    });
  });
}

const office = { ADMIN_ADDRESSES: admin.address, MARKET_CREATOR_PRIVATE_KEY: generatePrivateKey() };

describe("slugs of a creation that came to nothing", () => {
  const world = useApiWorld({ ...office, RPC_URL: "http://127.0.0.1:1/" });
  let token: string;

  before(async () => {
    token = await world().signIn(admin);
  });

  it("are free again when no chain answers before anything is broadcast, groups' too", async () => {
    const market = { ...TERMS, ...TEXTS, slug: "not-burnt" };
    const members = ["not-burnt", "not-burnt-2"].map((slug) => ({ ...TEXTS, slug }));
    const group = { ...TERMS, slug: "a-group", title: "Which will it be?", members };
    for (const [path, body] of [
      ["/v1/markets", market],
      ["/v1/markets", market],
      ["/v1/groups", group],
      ["/v1/groups", group],
    ] as const) {
      const reply = await world().call("POST", path, { token, body });
      assert.equal(reply.body.code, "chain_unavailable", path);
    }
  });
});

describe("slugs of a creation that may have been broadcast", () => {
  let stopNode: () => Promise<void>;
  const world = useApiWorld(office, async () => {
    const node = await startForgetfulNode();
    stopNode = node.stop;
    return { environment: { RPC_URL: node.url } };
  });
  after(() => stopNode());

  it("are held, and free again after a quarter of an hour without a market", async () => {
    const { call, pool, signIn } = world();
    const token = await signIn(admin);
    const body = { ...TERMS, ...TEXTS, slug: "in-doubt" };
    const create = async () => (await call("POST", "/v1/markets", { token, body })).body.code;
    assert.equal(await create(), "chain_unavailable");
    assert.equal(await create(), "market_slug_taken");
    await pool.query(
      "UPDATE app.market_resolutions SET created_at = created_at - interval '15 minutes'",
    );
    assert.equal(await create(), "chain_unavailable");
    assert.equal(await create(), "market_slug_taken");
  });
});
