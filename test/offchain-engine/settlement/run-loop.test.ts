import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createSettlementMetrics } from "../../../offchain-engine/settlement/metrics.ts";
import { runLoop } from "../../../offchain-engine/settlement/run-loop.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import type { Timers } from "../../../platform/timers.ts";

/** Timers whose time passes by hand, one rest at a time. */
class HandTimers implements Timers {
  readonly delays: number[] = [];
  #due: (() => void) | null = null;

  nowMs(): number {
    return 0;
  }

  elapsedMs(): number {
    return 0;
  }

  after(delayMs: number, callback: () => void): () => void {
    this.delays.push(delayMs);
    this.#due = callback;
    return () => {
      this.#due = null;
    };
  }

  soon(callback: () => void): void {
    setImmediate(callback);
  }

  async pass(): Promise<void> {
    this.#due?.();
    await turn();
  }
}

/** A turn of the event loop: all that was promised is done. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("settlement's loop", () => {
  it("lets a failure rest, however many fills are matched meanwhile", async () => {
    const timers = new HandTimers();
    let attempts = 0;
    const loop = runLoop(
      {
        mode: "live",
        step: () => Promise.reject(new Error(`attempt ${++attempts} fails`)),
        openBatches: () => 0,
      },
      {
        pollingIntervalMs: 10,
        log: createLog({ service: "test", level: "silent" }),
        metrics: createSettlementMetrics(createMetrics({ service: "test" })),
        timers,
      },
    );
    await turn();
    for (let fill = 0; fill < 20; fill++) {
      loop.notify();
      await turn();
    }
    assert.equal(attempts, 1);
    await timers.pass();
    assert.equal(attempts, 2);
    assert.deepEqual(timers.delays, [100, 200]);
    await loop.stop();
    assert.equal(attempts, 2);
  });
});
