import assert from "node:assert/strict";
import { before, describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";
import { eventually } from "./support/eventually.ts";

describe("dead man's switch over HTTP", () => {
  const world = useApiWorld();
  let marketId: number;

  before(async () => {
    marketId = await world().engine.createMarket("switched");
  });

  it("needs a session", async () => {
    const reply = await world().call("POST", "/v1/heartbeat", { body: { timeoutMs: 5_000 } });
    assert.deepEqual([reply.status, reply.body.code], [401, "unauthenticated"]);
  });

  for (const timeoutMs of [-1, 1, 999, 3_600_001, 1_500.5, "5000", null, undefined]) {
    it(`refuses a time-out of ${JSON.stringify(timeoutMs)}`, async () => {
      const { call, signIn, trader } = world();
      const token = await signIn(await trader());
      const reply = await call("POST", "/v1/heartbeat", { token, body: { timeoutMs } });
      assert.deepEqual([reply.status, reply.body.code], [400, "validation_failed"]);
    });
  }

  it("cancels the account's orders once no heartbeat came, and says why", async () => {
    const { call, engine, order, signIn, trader } = world();
    const maker = await trader();
    const token = await signIn(maker);
    const placed = await call("POST", "/v1/orders", { body: await order(maker, { marketId }) });
    const sentMs = Date.now();
    const on = await call("POST", "/v1/heartbeat", { token, body: { timeoutMs: 1_000 } });
    assert.equal(on.status, 200);
    const { dueAtMs } = on.body;
    assert.ok(dueAtMs >= sentMs + 1_000 && dueAtMs <= Date.now() + 1_000);
    await engine.report({ kind: "tick" });
    const { hash } = placed.body.order;
    const read = async () => (await call("GET", `/v1/orders/${hash}`, { token })).body.order;
    assert.equal((await read()).status, "open");
    await eventually(() => Date.now() >= dueAtMs);
    await engine.report({ kind: "tick" });
    const { status, cancelReason } = await read();
    assert.deepEqual([status, cancelReason], ["cancelled", "heartbeat"]);
  });

  it("is switched off by 0", async () => {
    const { call, signIn, trader } = world();
    const token = await signIn(await trader());
    await call("POST", "/v1/heartbeat", { token, body: { timeoutMs: 5_000 } });
    const off = await call("POST", "/v1/heartbeat", { token, body: { timeoutMs: 0 } });
    assert.deepEqual(off.body, { dueAtMs: null });
  });
});
