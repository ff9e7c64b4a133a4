import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createProjectorMetrics } from "../../../offchain-engine/projection/metrics.ts";
import {
  DEFAULT_PROJECTOR_LIMITS,
  type ProjectorLimits,
  TableProjector,
} from "../../../offchain-engine/projection/projector.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { systemTimers } from "../../../platform/timers.ts";
import type { OrderStatus, OrderView } from "../../../protocol/engine/view.ts";
import { ManualTimers } from "../../platform/manual-timers.ts";

/** Nothing is written for its age. */
const PATIENT = { maxAgeMs: 3_600_000 };

/** Turns of the event loop enough for everything that waits for none of the test's own signals. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function order(hash: string, status: OrderStatus): OrderView {
  return {
    hash: `0x${hash}`,
    order: {
      maker: "0xaa",
      marketId: 1,
      outcome: 1,
      side: 0,
      price: 500,
      quantity: 10,
      timeInForce: 0,
      maxFeeBps: 0,
      expiry: 0,
      nonce: "1",
    },
    clientId: null,
    status,
    cancelReason: null,
    filledLots: 0,
    remainingLots: 10,
    createdAtMs: 1,
    updatedAtMs: 1,
  };
}

function orders(...changed: OrderView[]) {
  return { orders: changed, fills: [], markets: [] };
}

/** A projector whose tables note what they are given, and write it when the test lets them. */
function world(limits: Partial<ProjectorLimits> = {}, seq = 0, timers = systemTimers) {
  const written: { seq: number; tables: string[]; hashes: string; statuses: string }[] = [];
  const ends: { resolve(): void; reject(error: Error): void }[] = [];
  const lost = Promise.withResolvers<Error>();
  let isClosed = false;
  const projector = new TableProjector({
    tables: {
      seq,
      lastFillSeq: 0,
      lost: lost.promise,
      write(slices, through) {
        const parts = slices.flatMap((slice) => slice());
        const [part] = parts;
        written.push({
          seq: through,
          tables: parts.map(({ name }) => name),
          hashes: String(part?.values[0] ?? ""),
          statuses: String(part?.values[13] ?? ""),
        });
        return new Promise((resolve, reject) => ends.push({ resolve, reject }));
      },
      async close() {
        isClosed = true;
      },
    },
    limits: { ...DEFAULT_PROJECTOR_LIMITS, ...PATIENT, ...limits },
    metrics: createProjectorMetrics(createMetrics({ service: "test", processMetrics: false })),
    log: createLog({ service: "test", level: "silent" }),
    timers,
  });
  return { projector, written, ends, lose: lost.resolve, isClosed: () => isClosed };
}

describe("projector", () => {
  it("says that it failed when the tables cannot be written, and leaves nobody waiting", async () => {
    const { projector, ends } = world();
    projector.add(1, orders(order("a", "open")));
    const waiting = projector.reached(1);
    projector.add(2, orders(order("b", "open")));
    const behind = projector.reached(2);
    const rejected = Promise.all([assert.rejects(waiting), assert.rejects(behind)]);
    ends[0]?.reject(new Error("another engine"));
    assert.equal((await projector.failed).message, "another engine");
    await rejected;
    await assert.rejects(projector.reached(2));
    await projector.close();
  });

  it("keeps nobody waiting for longer than they wish to", async () => {
    const timers = new ManualTimers();
    const { projector, ends } = world({}, 0, timers);
    projector.add(1, orders(order("a", "open")));
    const impatient = assert.rejects(projector.reached(1, 1_000));
    const patient = projector.reached(1);
    timers.advance(1_000);
    await impatient;
    ends[0]?.resolve();
    await patient;
    await projector.reached(1, 0);
  });

  it("fails when its connection is lost", async () => {
    const { projector, lose } = world();
    lose(new Error("cut"));
    assert.equal((await projector.failed).message, "cut");
  });

  it("has no room while it is behind by more than its bound, until half of that is left", async () => {
    const { projector, ends } = world({ maxBehind: 4, maxRows: 2 });
    for (let seq = 1; seq <= 4; seq++) projector.add(seq, orders(order(`a${seq}`, "open")));
    assert.equal(projector.isBehind(), false);
    projector.add(5, orders());
    assert.equal(projector.isBehind(), true);
    ends[0]?.resolve();
    await settle();
    assert.deepEqual([projector.seq(), projector.isBehind()], [2, true]);
    ends[1]?.resolve();
    await settle();
    assert.deepEqual([projector.seq(), projector.isBehind()], [4, false]);
  });

  it("writes a thing once that changed several times, as it stands last", async () => {
    const { projector, written, ends } = world();
    projector.add(1, orders(order("a", "open")));
    projector.add(2, orders(order("b", "open"), order("a", "partially_filled")));
    projector.add(3, orders(order("a", "filled")));
    const reached = projector.reached(3);
    assert.deepEqual(written, [
      { seq: 3, tables: ["orders"], hashes: "{0xa,0xb}", statuses: "{filled,open}" },
    ]);
    assert.equal(projector.seq(), 0);
    ends[0]?.resolve();
    await reached;
    assert.equal(projector.seq(), 3);
  });

  it("gathers what arrives while it writes, up to its bound", async () => {
    const { projector, written, ends } = world({ maxRows: 2 });
    for (let seq = 1; seq <= 7; seq++) projector.add(seq, orders(order(`a${seq}`, "open")));
    await settle();
    for (let i = 0; i < 3; i++) {
      ends[i]?.resolve();
      await settle();
    }
    assert.deepEqual(
      written.map(({ seq }) => seq),
      [2, 4, 6],
    );
  });

  it("writes what is worth a transaction, though nobody waits for it", async () => {
    const { projector, written } = world({ minRows: 3 });
    for (const seq of [1, 2]) projector.add(seq, orders(order(`a${seq}`, "open")));
    await settle();
    assert.equal(written.length, 0);
    projector.add(3, orders(order("a3", "open")));
    assert.deepEqual(
      written.map(({ seq }) => seq),
      [3],
    );
  });

  it("writes what grows old, though nobody waits for it", async () => {
    const { projector, written, ends } = world({ maxAgeMs: 5 });
    projector.add(1, orders());
    const reachedByAge = (async () => {
      while (written.length === 0) await settle();
    })();
    await reachedByAge;
    assert.deepEqual(written, [{ seq: 1, tables: [], hashes: "", statuses: "" }]);
    ends[0]?.resolve();
    await settle();
    assert.equal(projector.seq(), 1);
  });

  it("answers at once who asks for what is written", async () => {
    const { projector, written } = world({}, 9);
    await projector.reached(9);
    assert.deepEqual(written, []);
  });

  it("passes over what the tables have when a journal is replayed", async () => {
    const { projector, written, ends } = world({}, 2);
    for (let seq = 1; seq <= 3; seq++) projector.add(seq, orders(order(`a${seq}`, "open")));
    const reached = projector.reached(3);
    assert.deepEqual(
      written.map(({ seq, hashes }) => [seq, hashes]),
      [[3, "{0xa3}"]],
    );
    ends[0]?.resolve();
    await reached;
  });

  it("writes all that it took before it closes", async () => {
    const { projector, written, ends, isClosed } = world({ maxRows: 1 });
    projector.add(1, orders(order("a", "open")));
    projector.add(2, orders(order("b", "open")));
    const closing = projector.close();
    await settle();
    ends[0]?.resolve();
    await settle();
    assert.equal(isClosed(), false);
    ends[1]?.resolve();
    await closing;
    assert.deepEqual([projector.seq(), isClosed()], [2, true]);
    assert.deepEqual(
      written.map(({ seq }) => seq),
      [1, 2],
    );
  });

  it("closes though its tables take nothing, after a while", async () => {
    const timers = new ManualTimers();
    const { projector, isClosed } = world({}, 0, timers);
    projector.add(1, orders(order("a", "open")));
    const closing = projector.close();
    await settle();
    assert.equal(isClosed(), false);
    timers.advance(5_000);
    await closing;
    assert.equal(isClosed(), true);
  });
});
