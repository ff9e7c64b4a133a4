import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { UnsettledFill } from "../../../offchain-engine/edge/unsettled-fills.ts";
import { createWaitingSince } from "../../../offchain-engine/settlement/waiting-since.ts";
import { systemTimers } from "../../../platform/timers.ts";

const fill = (fillSeq: number, timeMs: number) => ({ fillSeq, timeMs }) as UnsettledFill;

describe("the wait for company", () => {
  let engineMs = 0;
  let elapsedMs = 0;
  const start = () => {
    engineMs = 50_000;
    elapsedMs = 7;
    return createWaitingSince(() => engineMs, { ...systemTimers, elapsedMs: () => elapsedMs });
  };

  it("ends although the engine's clock stands still", () => {
    const waiting = start();
    assert.equal(waiting.nowMs(fill(1, 50_000)), 50_000);
    elapsedMs += 300;
    assert.equal(waiting.nowMs(fill(1, 50_000)), 50_300);
  });

  it("begins anew with each oldest fill", () => {
    const waiting = start();
    waiting.nowMs(fill(1, 50_000));
    elapsedMs += 300;
    assert.equal(waiting.nowMs(fill(2, 50_000)), 50_000);
  });

  it("is the engine's time while that passes, and when nothing waits", () => {
    const waiting = start();
    engineMs = 60_000;
    assert.equal(waiting.nowMs(fill(1, 50_000)), 60_000);
    assert.equal(waiting.nowMs(undefined), 60_000);
  });
});
