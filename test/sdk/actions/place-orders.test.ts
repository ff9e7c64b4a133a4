import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { privateKeyToAccount } from "viem/accounts";
import { type AgonError, isAgonError } from "../../../sdk/agon-error.ts";
import { type AgonClient, connect } from "../../../sdk/client.ts";
import { ACCOUNT, orderOf } from "../fixture/account-frames.ts";
import {
  type Answer,
  problem,
  type ScriptedServer,
  startScriptedServer,
} from "../fixture/scripted-server.ts";

const order = {
  market: { marketId: 1, takerFeeBps: 0 },
  outcome: "YES",
  side: "BUY",
  price: 500,
  quantity: 100,
} as const;

const filled = { order: orderOf("filled", 100, 1), fills: [] };
const timedOut = {
  type: "/docs#engine_timeout",
  title: "No answer.",
  status: 504,
  code: "engine_timeout",
  mend: "Ask.",
};

describe("placeOrders", () => {
  let server: ScriptedServer;
  let client: AgonClient;

  /** `placed` answers the batch each time, `find` the look-up of an order. */
  async function serve(placed: Answer, find: (hash: string) => Answer): Promise<void> {
    const session = { account: ACCOUNT, token: "t", expiresAtMs: 1, isAdmin: false };
    server = await startScriptedServer(({ method, path }) => {
      if (path === "/v1/auth/nonce") {
        return { status: 200, body: { nonce: "abcdefgh12345678", expiresAtMs: 1 } };
      }
      if (path === "/v1/auth/login") return { status: 200, body: session };
      return method === "POST" ? placed : find(path.split("/").at(-1) ?? "");
    });
    client = await connect(server.url, {
      signer: privateKeyToAccount(`0x${"17".repeat(32)}`),
      retry: { baseDelayMs: 1, maxDelayMs: 2, maxAttempts: 2 },
    });
    await client.signIn();
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

  it("names all orders after a silence, to be placed again, and those that were not found", async () => {
    const taken = new Set<string>();
    await serve("broken connection", (hash) =>
      taken.has(hash) ? { status: 200, body: filled } : problem(404, "order_unknown"),
    );
    const signed = [await client.signOrder(order), await client.signOrder(order)];
    const [first, second] = signed;
    taken.add(first?.hash ?? "");
    const error = await failure(client.placeOrders(signed));
    assert.equal(error.code, "network_failed");
    assert.equal(error.attempts, 2);
    assert.deepEqual(error.details["signedOrders"], signed);
    assert.deepEqual(error.details["unknownHashes"], [second?.hash]);
  });

  it("names the orders that it signed itself, so that their nonces are not lost", async () => {
    await serve("broken connection", () => problem(404, "order_unknown"));
    const error = await failure(client.placeOrders([order, order]));
    const again = error.details["signedOrders"] as Parameters<AgonClient["placeOrders"]>[0];
    await failure(client.placeOrders(again));
    const bodies = server.seen
      .filter(({ path }) => path === "/v1/orders/batch")
      .map(({ body }) => JSON.stringify(body));
    assert.equal(bodies.length, 4);
    assert.equal(new Set(bodies).size, 1);
  });

  it("leaves a refusal as it is, and asks for nothing more", async () => {
    await serve(problem(422, "validation_failed"), () => ({ status: 200, body: filled }));
    assert.equal((await failure(client.placeOrders([order]))).code, "validation_failed");
    assert.equal(server.seen.length, 3);
  });

  it("stops looking orders up once nobody answers", async () => {
    await serve("broken connection", () => "broken connection");
    await failure(client.placeOrders(Array.from({ length: 30 }, () => order)));
    assert.equal(
      server.seen.filter(({ method, path }) => method === "GET" && path.includes("/orders/"))
        .length,
      20,
    );
  });

  it("tells orders that were taken although no reply to them ever came", async () => {
    await serve("broken connection", () => ({ status: 200, body: filled }));
    const results = await client.placeOrders([order, order]);
    assert.deepEqual(
      results.map((result) => result.ok && [result.order.status, result.repeated]),
      [
        ["filled", true],
        ["filled", true],
      ],
    );
  });

  it("looks up an order whose own verdict is a time-out, and names one that is not found", async () => {
    const taken = new Set<string>();
    const results = [
      { ok: false, problem: timedOut },
      { ok: false, problem: timedOut },
      { ok: true, ...filled, repeated: false },
    ];
    await serve({ status: 200, body: { results } }, (hash) =>
      taken.has(hash) ? { status: 200, body: filled } : problem(404, "order_unknown"),
    );
    const signed = [];
    for (let count = 0; count < 3; count++) signed.push(await client.signOrder(order));
    taken.add(signed[0]?.hash ?? "");
    const [first, second, third] = await client.placeOrders(signed);
    assert.ok(first?.ok && first.repeated);
    assert.ok(second?.ok === false);
    assert.equal(second.problem.code, "engine_timeout");
    assert.equal(second.problem["orderHash"], signed[1]?.hash);
    assert.deepEqual(second.problem["signedOrder"], signed[1]);
    assert.ok(third?.ok && !third.repeated);
  });
});
