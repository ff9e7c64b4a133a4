import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { useApiWorld } from "./support/api-world.ts";
import { connectSocket } from "./support/test-socket.ts";

describe("a fill that the chain refuses", () => {
  const world = useApiWorld();

  it("is told to both its owners, and keeps the health report degraded", async () => {
    const { api, call, engine, order, signIn, trader } = world();
    const marketId = await engine.createMarket("skipped");
    const [maker, taker] = [await trader(), await trader()];
    const sockets = [];
    for (const owner of [maker, taker]) {
      const socket = await connectSocket(api.url);
      socket.send({ op: "auth", token: await signIn(owner) });
      await socket.next("authenticated");
      socket.send({ op: "subscribe", stream: "account" });
      await socket.next("snapshot");
      sockets.push(socket);
    }
    const before = (await call("GET", "/health/detailed")).body.engine;
    assert.deepEqual([before.skipped_fills, before.last_skipped_fill], [0, null]);
    await call("POST", "/v1/orders", { body: await order(maker, { marketId, price: 600 }) });
    const body = await order(taker, { marketId, outcome: 0, price: 400, quantity: 50 });
    assert.equal((await call("POST", "/v1/orders", { body })).status, 201);

    await engine.simulateSettlement(1, [{ fillIndex: 0, reason: 18 }]);
    for (const socket of sockets) {
      const { change } = await socket.next(
        "account",
        (frame) => frame.change.kind === "fill" && frame.change.fill.status !== "matched",
      );
      assert.equal(change.fill.status, "skipped");
      socket.close();
    }
    const { engine: health } = (await call("GET", "/health/detailed")).body;
    assert.deepEqual([health.status, health.skipped_fills], ["degraded", 1]);
    const { fill_seq: fillSeq, batch_id: batchId, reason } = health.last_skipped_fill;
    assert.deepEqual([fillSeq, batchId, reason], [1, 1, "taker_cash_short"]);
  });
});
