import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createInProcessBus } from "../../../platform/bus/in-process-bus.ts";
import { batchOf, collect, itBehavesLikeABus } from "./bus-behaviour.ts";

describe("in-process bus", function () {
  this.timeout(30_000);
  itBehavesLikeABus({ ends: createInProcessBus });

  it("reports a gap when its bounded log no longer reaches back", async () => {
    const { server, client } = createInProcessBus({ maxEvents: 2 });
    for (let id = 1; id <= 8; id++) server.publish([batchOf(id, id - 1)]);
    assert.equal((await collect(client, 0, 8)).gap, true);
    assert.equal((await collect(client, 6, 2)).gap, false);
  });

  it("reports a gap when its log would hold too much text to reach back", async () => {
    const { server, client } = createInProcessBus();
    const payload = "x".repeat(1 << 20);
    for (let id = 1; id <= 70; id++) server.publish([{ id, prev: id - 1, payload }]);
    assert.equal((await collect(client, 0, 70)).gap, true);
    assert.equal((await collect(client, 68, 2)).gap, false);
  });

  it("keeps its events when the engine closes and serves again", async () => {
    const { server, client } = createInProcessBus();
    await server.serve(async () => 1);
    server.publish([batchOf(1, 0)]);
    await server.close();
    await server.serve(async () => 2);
    assert.equal(await server.publishedThrough(), 1);
    const result = await client.request({}, { timeoutMs: 1_000 });
    assert.deepEqual(result, { ok: true, reply: 2 });
  });
});
