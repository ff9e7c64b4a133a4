import assert from "node:assert/strict";
import { beforeEach, describe, it } from "mocha";
import { DEFAULT_LIMITS } from "../../../offchain-engine/core/limits.ts";
import { type Core, createCore } from "../../../offchain-engine/edge/core.ts";
import { createSnapshotMetrics } from "../../../offchain-engine/snapshot/metrics.ts";
import {
  createSnapshotTaker,
  type SnapshotTaker,
} from "../../../offchain-engine/snapshot/snapshot-taker.ts";
import type { TakenState } from "../../../offchain-engine/snapshot/write-snapshot.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { ManualTimers } from "../../platform/manual-timers.ts";
import { ALICE, type Driver, startedDriver } from "../core/driver.ts";
import { loadedCore } from "../core/saved-core.ts";

const EVERY = 3;

describe("snapshot taker", () => {
  let started: TakenState[];
  let stopped: number;
  let isBroken: boolean;
  let writes: PromiseWithResolvers<string>[];
  let projected: PromiseWithResolvers<void>;
  let exchange: Driver<Core>;
  let taker: SnapshotTaker;
  let timers: ManualTimers;
  let logged: string[];

  function create(every: number): SnapshotTaker {
    const { engine } = exchange;
    const log = createLog({ service: "test", level: "silent" });
    log.error = (_facts: object, message?: string) => void logged.push(message ?? "");
    return createSnapshotTaker({
      chainId: 1,
      limits: DEFAULT_LIMITS,
      core: { save: (out) => (isBroken ? assert.fail("no memory") : engine.save(out)) },
      every,
      lastSeq: exchange.seq,
      projector: { reached: () => projected.promise },
      start(taken) {
        started.push(taken);
        const write = Promise.withResolvers<string>();
        writes.push(write);
        const stop = async () => {
          stopped++;
          write.reject(new Error("stopped"));
        };
        return { written: write.promise, stop };
      },
      log,
      timers,
      metrics: createSnapshotMetrics(createMetrics({ service: "test", processMetrics: false })),
    });
  }

  beforeEach(() => {
    started = [];
    stopped = 0;
    isBroken = false;
    logged = [];
    timers = new ManualTimers();
    writes = [];
    projected = Promise.withResolvers();
    exchange = startedDriver(createCore({ chainId: 1 }));
    taker = create(EVERY);
  });

  /** Places an order; what to do once it is durable, or null. */
  function next(): (() => void) | null {
    exchange.place(ALICE, "BUY YES 10 @ 500");
    const hash = Buffer.alloc(32, exchange.seq);
    const { seq, timeMs } = exchange;
    return taker.applied({ seq, timeMs, kind: "place", payload: "", hash });
  }

  const turn = () => new Promise(setImmediate);

  it("takes none when it is switched off", () => {
    taker = create(0);
    for (let i = 0; i < 10; i++) assert.equal(next(), null);
  });

  it("writes nothing before its last command is durable and in the tables", async () => {
    assert.deepEqual([next(), next()], [null, null]);
    const whenDurable = next();
    assert.ok(whenDurable);
    await turn();
    whenDurable();
    await turn();
    assert.equal(started.length, 0);
    projected.resolve();
    await turn();
    assert.equal(started.length, 1);
  });

  it("writes the state as it was, whatever came after", async () => {
    projected.resolve();
    next();
    next();
    const whenDurable = next();
    const { seq } = exchange;
    const stateHash = exchange.engine.stateHash();
    next();
    whenDurable?.();
    await turn();
    const [taken] = started;
    assert.ok(taken);
    assert.equal(taken.seq, seq);
    assert.deepEqual(taken.journalHash, Buffer.alloc(32, seq));
    assert.equal(loadedCore({ chainId: 1 }, taken.bytes).stateHash(), stateHash);
  });

  it("takes one at a time, and the next when it is due after that", async () => {
    projected.resolve();
    const first = [next(), next(), next()].at(-1);
    first?.();
    await turn();
    for (let i = 0; i < 2 * EVERY; i++) assert.equal(next(), null);
    writes[0]?.resolve("00");
    await taker.idle();
    assert.ok(next());
  });

  it("tries again after a snapshot that could not be written", async () => {
    projected.resolve();
    [next(), next(), next()].at(-1)?.();
    await turn();
    writes[0]?.reject(new Error("no room"));
    await taker.idle();
    assert.ok([next(), next(), next()].at(-1));
  });

  it("lets the engine go on when the state cannot be copied, and tries again when one is due", async () => {
    projected.resolve();
    isBroken = true;
    for (let i = 0; i < 2 * EVERY; i++) assert.equal(next(), null);
    assert.ok(logged.length > 0);
    isBroken = false;
    let whenDurable: (() => void) | null = null;
    for (let i = 0; i < EVERY && whenDurable === null; i++) whenDurable = next();
    whenDurable?.();
    await turn();
    assert.equal(started.length, 1);
  });

  it("ends a thread that hangs, and takes the next snapshot", async () => {
    projected.resolve();
    [next(), next(), next()].at(-1)?.();
    await turn();
    timers.advance(599_999);
    await turn();
    assert.equal(stopped, 0);
    timers.advance(1);
    await taker.idle();
    assert.equal(stopped, 1);
    assert.equal(logged.length, 1);
    assert.ok([next(), next(), next()].at(-1));
  });

  it("gives up what is being written when it is closed, and what waits for the tables", async () => {
    projected.resolve();
    [next(), next(), next()].at(-1)?.();
    await turn();
    await taker.close();
    assert.equal(stopped, 1);
    projected = Promise.withResolvers();
    taker = create(EVERY);
    [next(), next(), next()].at(-1)?.();
    await taker.close();
    projected.resolve();
    await turn();
    assert.equal(started.length, 1);
    assert.equal(next(), null);
  });
});
