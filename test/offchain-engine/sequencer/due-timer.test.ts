import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createDueTimer } from "../../../offchain-engine/sequencer/due-timer.ts";

describe("due timer", () => {
  it("calls once when the moment has come", async () => {
    const startedMs = Date.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    let dueMs: number | null = startedMs + 30;
    let calls = 0;
    const timer = createDueTimer({
      dueAtMs: () => dueMs,
      nowMs: Date.now,
      onDue: () => {
        calls++;
        dueMs = null;
        timer.reset();
        resolve();
      },
    });
    timer.reset();
    await promise;
    assert.ok(Date.now() >= startedMs + 30);
    assert.equal(calls, 1);
  });

  it("waits for nothing when nothing is due, and takes up an earlier moment at a reset", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let dueMs: number | null = null;
    const timer = createDueTimer({ dueAtMs: () => dueMs, nowMs: () => 1_000, onDue: resolve });
    timer.reset();
    dueMs = 10 ** 12;
    timer.reset();
    dueMs = 900;
    timer.reset();
    await promise;
    timer.stop();
  });
});
