import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { describe, it } from "mocha";
import type { ExchangeReply } from "../../../protocol/wire/exchange.ts";
import { type Reply, useApiWorld } from "../support/api-world.ts";
import { eventually } from "../support/eventually.ts";

const policyOf = ({ headers }: Reply) => headers.get("ratelimit-policy");
const left = ({ headers }: Reply) => Number(headers.get("x-ratelimit-remaining"));

describe("the allowance of an address", () => {
  const world = useApiWorld({ RATE_LIMIT_RPM: "20", RATE_LIMIT_ACCOUNT_RPM: "30" });

  it("is told on every reply, refusals of any kind among them", async () => {
    const { call } = world();
    const replies = [
      await call("GET", "/v1/markets"),
      await call("GET", "/v1/nowhere"),
      await call("PUT", "/v1/markets"),
      await call("POST", "/v1/orders", { raw: "{" }),
      await call("GET", "/v1/account/balance"),
      await call("HEAD", "/v1/exchange"),
    ];
    assert.deepEqual(
      replies.map(({ status }) => status),
      [200, 404, 405, 400, 401, 200],
    );
    assert.deepEqual(replies.map(left), [19, 18, 17, 16, 15, 14]);
    for (const { headers } of replies) {
      assert.equal(headers.get("ratelimit-policy"), '"address";q=20;w=60');
      assert.match(headers.get("ratelimit") ?? "", /^"address";r=\d+;t=\d+$/);
      assert.match(headers.get("x-ratelimit-reset") ?? "", /^\d+$/);
    }
  });

  it("once used up is not used up for a session, for cancels, or for probes", async () => {
    const { call, signIn, trader } = world();
    const token = await signIn(await trader(0n));
    while ((await call("GET", "/v1/markets")).status !== 429);
    const refused = await call("GET", "/v1/markets");
    assert.equal(refused.body.code, "rate_limited");
    assert.ok(Number(refused.headers.get("retry-after")) >= 1);
    assert.equal(policyOf(refused), '"address";q=20;w=60');
    const own = await call("GET", "/v1/auth/me", { token });
    assert.deepEqual(
      [own.status, policyOf(own)],
      [200, '"account";q=30;w=60, "network";q=200;w=60'],
    );
    const guessed = await call("GET", "/v1/auth/me", { token: `agon_${"x".repeat(43)}` });
    assert.deepEqual([guessed.status, policyOf(guessed)], [429, '"address";q=20;w=60']);
    assert.equal((await call("DELETE", "/v1/orders")).status, 401);
    const probe = await call("GET", "/health");
    assert.deepEqual([probe.status, policyOf(probe)], [200, '"probes";q=20;w=60']);
  });
});

describe("what counts as more than one request", () => {
  const world = useApiWorld({ RATE_LIMIT_RPM: "1000" });

  it("is told by name at /v1/exchange, and counts so", async () => {
    const { call, engine, order, trader } = world();
    const marketId = await engine.createMarket("costs");
    const maker = await trader();
    const { limits } = (await call("GET", "/v1/exchange")).body as ExchangeReply;
    const costs = new Map(limits.costs.map(({ operationId, ...cost }) => [operationId, cost]));
    assert.equal(costs.get("logIn")?.cost, 5);
    assert.equal(costs.get("listJournal")?.cost, 10);
    assert.match(costs.get("placeOrders")?.more ?? "", /each order/);
    assert.match(costs.get("listTrades")?.more ?? "", /each 100/);
    const start = left(await call("GET", "/v1/markets"));
    const orders = [1, 2, 3].map(() => order(maker, { marketId }));
    const batch = await call("POST", "/v1/orders/batch", {
      body: { orders: await Promise.all(orders) },
    });
    assert.deepEqual([batch.status, start - left(batch)], [200, 3]);
    const page = await call("GET", "/v1/markets/costs/trades?limit=500");
    assert.equal(left(batch) - left(page), 6);
    const journal = await call("GET", "/v1/journal");
    assert.equal(left(page) - left(journal), 10);
  });
});

describe("the limits at /v1/exchange", () => {
  const world = useApiWorld({
    RATE_LIMIT_RPM: "50",
    RATE_LIMIT_ACCOUNT_RPM: "20",
    HTTP_MAX_CONNECTIONS_PER_ADDRESS: "8",
  });

  async function limitsNow(): Promise<ExchangeReply["limits"]> {
    const token = await world().signIn(await world().trader(0n));
    return (await world().call("GET", "/v1/exchange", { token })).body.limits;
  }

  it("have each allowance as it is enforced", async () => {
    const { call, signIn, trader } = world();
    const { rates } = await limitsNow();
    const token = await signIn(await trader(0n));
    const trips: [string, () => Promise<Reply>][] = [
      ["account", () => call("GET", "/v1/auth/me", { token })],
      ["cancels", () => call("DELETE", "/v1/orders")],
      ["probes", () => call("GET", "/health")],
    ];
    for (const [name, ask] of trips) {
      const quota = rates.find((rate) => rate.name === name)?.quota ?? 0;
      for (let n = 0; n < quota; n++) assert.notEqual((await ask()).status, 429, `${name} ${n}`);
      assert.equal((await ask()).body.code, "rate_limited", name);
    }
    assert.deepEqual(
      rates.map(({ name }) => name),
      ["address", "account", "network", "key", "cancels", "key_cancels", "probes"],
    );
  });

  it("have the sizes and the page as they are enforced", async () => {
    const { call, signIn, trader, engine } = world();
    const limits = await limitsNow();
    const token = await signIn(await trader(0n));
    await engine.createMarket("bounded");
    const codeOf = async (reply: Promise<Reply>) => (await reply).body.code ?? 200;
    const filled = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;
    const fits = { raw: filled(limits.bodyBytes), token };
    const over = { raw: filled(limits.bodyBytes + 1), token };
    assert.equal(await codeOf(call("POST", "/v1/orders", fits)), "validation_failed");
    assert.equal(await codeOf(call("POST", "/v1/orders", over)), "body_too_large");
    const batch = { raw: filled(limits.batchBodyBytes + 1), token };
    assert.equal(await codeOf(call("POST", "/v1/orders/batch", batch)), "body_too_large");
    const page = (limit: number) =>
      codeOf(call("GET", `/v1/markets/bounded/trades?limit=${limit}`, { token }));
    assert.equal(await page(limits.pageItems), 200);
    assert.equal(await page(limits.pageItems + 1), "validation_failed");
    const book = (depth: number) =>
      codeOf(call("GET", `/v1/markets/bounded/book?depth=${depth}`, { token }));
    assert.equal(await book(limits.bookLevels), 200);
    assert.equal(await book(limits.bookLevels + 1), "validation_failed");
    const long = { "X-Long": "x".repeat(limits.headerBytes) };
    const { body } = await call("GET", "/v1/markets", { token, headers: long });
    assert.equal(body.code, "headers_too_large");
  });

  it("have the connections of an address as they are enforced, with a code for one too many", async () => {
    const { connectionsPerAddress } = await limitsNow();
    const { hostname, port } = new URL(world().api.url);
    const open: Socket[] = [];
    let refusal = "";
    for (let n = 0; n < Number(connectionsPerAddress) + 1; n++) {
      const socket = connect(Number(port), hostname);
      socket.on("error", () => {});
      socket.on("data", (data) => {
        refusal += String(data);
      });
      await new Promise((resolve) => socket.once("connect", resolve));
      open.push(socket);
    }
    await eventually(() => refusal.includes('"too_many_connections"'));
    assert.match(refusal, /^HTTP\/1.1 429 [\s\S]*application\/problem\+json/);
    for (const socket of open) socket.destroy();
    const { signIn, trader } = world();
    await eventually(async () => {
      const token = await signIn(await trader(0n)).catch(() => undefined);
      return token !== undefined;
    });
  });
});
