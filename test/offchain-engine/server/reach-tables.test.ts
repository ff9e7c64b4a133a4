import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createReachTables } from "../../../offchain-engine/server/reach-tables.ts";
import { ManualTimers } from "../../platform/manual-timers.ts";

const never = () => new Promise<never>(() => {});
const turn = () => new Promise(setImmediate);

/** An engine whose tables hold all of its seven commands. */
function world(hangs: "commit" | "session" | null) {
  const timers = new ManualTimers();
  const limits: (number | undefined)[] = [];
  const reach = createReachTables({
    sequencer: { read: hangs === "commit" ? never : async (view) => view() },
    journal: {
      confirm: hangs === "session" ? never : async () => {},
      head: () => ({ seq: 7, hash: Buffer.alloc(32) }),
    },
    projector: {
      async reached(_seq, limitMs) {
        limits.push(limitMs);
      },
      seq: () => 7,
    },
    timers,
  });
  return { reach, timers, limits };
}

describe("reaching the tables", () => {
  for (const hangs of ["commit", "session"] as const) {
    it(`does not answer from memory while the journal's ${hangs} hangs, and gives up after a second`, async () => {
      const { reach, timers, limits } = world(hangs);
      const reached = assert.rejects(reach());
      await turn();
      assert.deepEqual(limits, []);
      timers.advance(1_000);
      await reached;
      assert.deepEqual(limits, []);
    });
  }

  it("says how far the tables reach, and waits for them no longer than a second", async () => {
    const { reach, limits } = world(null);
    assert.equal(await reach(), 7);
    assert.deepEqual(limits, [1_000]);
  });
});
