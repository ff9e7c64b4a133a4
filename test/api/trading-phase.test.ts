import assert from "node:assert/strict";
import { afterEach, before, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";
import { connectSocket } from "./support/test-socket.ts";

describe("trading phases over HTTP", () => {
  const world = useApiWorld();
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("phases");
  });

  afterEach(async () => {
    await world().engine.report({ kind: "hold", phase: "open" });
    await world().engine.report({ kind: "reopen", cancelOnlyMs: 0, postOnlyMs: 0 });
  });

  const trading = async () => (await world().call("GET", "/v1/exchange")).body.trading;

  it("refuses orders after a restart and says so before one is sent; cancels work", async () => {
    const { call, engine, order, signIn, trader } = world();
    const maker = await trader();
    const token = await signIn(maker);
    const placed = await call("POST", "/v1/orders", { body: await order(maker, { marketId }) });
    assert.equal(placed.status, 201);
    const socket = await connectSocket(world().api.url);
    socket.send({ op: "subscribe", stream: "exchange" });
    assert.equal((await socket.next("snapshot")).exchange.phase, "open");

    await engine.report({ kind: "restart" });
    assert.equal((await socket.next("exchange")).exchange.phase, "cancel_only");
    assert.deepEqual(await trading(), {
      phase: "cancel_only",
      phaseEndsAtMs: null,
      tradingPaused: false,
    });
    const refused = await call("POST", "/v1/orders", { body: await order(maker, { marketId }) });
    assert.deepEqual([refused.status, refused.body.code], [503, "cancel_only"]);
    const { hash } = placed.body.order;
    assert.equal((await call("DELETE", `/v1/orders/${hash}`, { token })).status, 200);
    const health = await call("GET", "/health/detailed");
    assert.deepEqual(
      [health.body.engine.status, health.body.engine.trading_phase],
      ["degraded", "cancel_only"],
    );

    await engine.report({ kind: "reopen", cancelOnlyMs: 0, postOnlyMs: 60_000 });
    const { exchange } = await socket.next("exchange");
    assert.equal(exchange.phase, "post_only");
    assert.ok(exchange.phaseEndsAtMs > Date.now());
    const taking = await call("POST", "/v1/orders", { body: await order(maker, { marketId }) });
    assert.deepEqual([taking.status, taking.body.code], [503, "post_only"]);
    const making = await order(maker, { marketId, timeInForce: 4 });
    assert.equal((await call("POST", "/v1/orders", { body: making })).status, 201);
    socket.close();
  });

  it("tells which market an operator holds", async () => {
    const { call, engine, order, trader } = world();
    await engine.report({ kind: "hold", phase: "cancel_only", marketId });
    const body = await order(await trader(), { marketId });
    assert.equal((await call("POST", "/v1/orders", { body })).body.code, "cancel_only");
    const market = await call("GET", "/v1/markets/phases");
    assert.equal(market.body.market.heldPhase, "cancel_only");
    assert.equal((await trading()).phase, "open");
    await engine.report({ kind: "hold", phase: "open", marketId });
  });
});
