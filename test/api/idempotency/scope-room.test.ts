import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type ScopeBounds, ScopeRoom, type ScopeUse } from "../../../api/idempotency/scope-room.ts";

const BOUNDS: ScopeBounds = { maxKeys: 1_000, maxBytes: 100_000, replyBytesMax: 10 };

/** A scope in which each taken key is kept, with `bytes` of reply. */
function fill({ keys = 0, bytes = 0, replyBytes = 1 } = {}) {
  const use: ScopeUse = { keys, bytes };
  const clock = { nowMs: 0 };
  let counts = 0;
  const room = new ScopeRoom(
    async () => {
      counts += 1;
      return { ...use };
    },
    () => clock.nowMs,
  );
  return {
    use,
    clock,
    counts: () => counts,
    async take(): Promise<boolean> {
      const isTaken = await room.take("scope", BOUNDS);
      if (isTaken) {
        use.keys += 1;
        use.bytes += replyBytes;
      }
      return isTaken;
    },
  };
}

describe("the room of a scope for keys", () => {
  it("is refused at the bound, and not counted again at each refusal", async () => {
    const scope = fill({ keys: 1_000 });
    for (let asked = 0; asked < 50; asked++) assert.equal(await scope.take(), false);
    assert.equal(scope.counts(), 1);
    scope.use.keys = 999;
    scope.clock.nowMs = 1_000;
    assert.equal(await scope.take(), true);
    assert.equal(await scope.take(), false);
  });

  it("is refused where the replies are as large as they may be together", async () => {
    const scope = fill({ bytes: 99_960, replyBytes: 10 });
    for (let taken = 0; taken < 4; taken++) assert.equal(await scope.take(), true);
    assert.equal(await scope.take(), false);
  });

  it("ends exactly at the bound for a process alone, with few counts on the way", async () => {
    const scope = fill();
    while (await scope.take());
    assert.equal(scope.use.keys, BOUNDS.maxKeys);
    assert.ok(scope.counts() < 50, String(scope.counts()));
  });

  it("is counted once for all who ask at a time, and again after a count that failed", async () => {
    let counts = 0;
    const room = new ScopeRoom(async () => {
      counts += 1;
      if (counts === 1) throw new Error("away");
      return { keys: 0, bytes: 0 };
    });
    const asked = await Promise.allSettled([room.take("s", BOUNDS), room.take("s", BOUNDS)]);
    assert.deepEqual(
      asked.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.deepEqual(await Promise.all([room.take("s", BOUNDS), room.take("s", BOUNDS)]), [
      true,
      true,
    ]);
    assert.equal(counts, 2);
  });
});
