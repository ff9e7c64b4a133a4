import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { privateKeyToAccount } from "viem/accounts";
import type { AgonError } from "../../../sdk/agon-error.ts";
import { isAgonError } from "../../../sdk/agon-error.ts";
import { type AgonClient, connect } from "../../../sdk/client.ts";
import { ACCOUNT, orderOf } from "../fixture/account-frames.ts";
import {
  type Answer,
  problem,
  type ScriptedServer,
  startScriptedServer,
} from "../fixture/scripted-server.ts";

const signer = privateKeyToAccount(`0x${"17".repeat(32)}`);
const order = {
  market: { marketId: 1, takerFeeBps: 0 },
  outcome: "YES",
  side: "BUY",
  price: 500,
  quantity: 100,
} as const;

/** An order that was filled although its placement was never answered. */
const filled = { order: orderOf("filled", 100, 1), fills: [] };

describe("placeOrder", () => {
  let server: ScriptedServer;

  async function serve(placed: Answer[], found: Answer): Promise<AgonClient> {
    const left = [...placed];
    const session = { account: ACCOUNT, token: "t", expiresAtMs: 1, isAdmin: false };
    server = await startScriptedServer(({ method, path }) => {
      if (path === "/v1/auth/nonce") {
        return { status: 200, body: { nonce: "abcdefgh12345678", expiresAtMs: 1 } };
      }
      if (path === "/v1/auth/login") return { status: 200, body: session };
      return method === "POST" ? (left.shift() ?? "broken connection") : found;
    });
    return connect(server.url, {
      signer,
      retry: { baseDelayMs: 1, maxDelayMs: 2, maxAttempts: 2 },
    });
  }

  afterEach(() => server.stop());

  async function failure(work: Promise<unknown>): Promise<AgonError> {
    const error = await work.then(
      () => assert.fail("no failure"),
      (met: unknown) => met,
    );
    assert.ok(isAgonError(error), String(error));
    return error;
  }

  it("leaves a refusal as it is, and asks for nothing more", async () => {
    const client = await serve([problem(422, "insufficient_cash")], problem(404, "order_unknown"));
    await client.signIn();
    assert.equal((await failure(client.placeOrder(order))).code, "insufficient_cash");
    assert.equal(server.seen.length, 3);
  });

  for (const answer of ["broken connection", problem(504, "engine_timeout")] as const) {
    const what = typeof answer === "string" ? answer : "time-out of the engine";
    it(`names the order whose fate is unknown after a ${what}, to be placed again`, async () => {
      const client = await serve([answer, answer], problem(404, "order_unknown"));
      await client.signIn();
      const signed = await client.signOrder(order);
      const error = await failure(client.placeOrder(signed));
      assert.equal(error.code, typeof answer === "string" ? "network_failed" : "engine_timeout");
      assert.equal(error.attempts, 2);
      assert.deepEqual(error.details["orderHash"], signed.hash);
      assert.deepEqual(error.details["signedOrder"], signed);
    });
  }

  it("names the order after a silence, though the last answer was that nothing was taken", async () => {
    const answers: Answer[] = ["broken connection", problem(429, "rate_limited")];
    const client = await serve(answers, problem(404, "order_unknown"));
    await client.signIn();
    const signed = await client.signOrder(order);
    const error = await failure(client.placeOrder(signed));
    assert.equal(error.code, "network_failed");
    assert.deepEqual(error.details["signedOrder"], signed);
  });

  it("cannot look an order up without a session, and says what it knows", async () => {
    const client = await serve([], { status: 200, body: filled });
    const error = await failure(client.placeOrder(order));
    assert.equal(error.code, "network_failed");
    assert.deepEqual(
      server.seen.map(({ method }) => method),
      ["POST", "POST"],
    );
  });

  it("tells an order that was filled although no reply to it ever came", async () => {
    const client = await serve([], { status: 200, body: filled });
    await client.signIn();
    const signed = await client.signOrder(order);
    const placed = await client.placeOrder(signed);
    assert.deepEqual([placed.order.status, placed.repeated], ["filled", true]);
    assert.equal(server.seen.at(-1)?.path, `/v1/orders/${signed.hash}`);
  });
});
