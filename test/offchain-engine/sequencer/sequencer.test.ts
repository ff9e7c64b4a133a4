import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createSequencerMetrics } from "../../../offchain-engine/sequencer/metrics.ts";
import {
  GroupCommitSequencer,
  type SequencedCore,
} from "../../../offchain-engine/sequencer/sequencer.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import type { Command } from "../../../protocol/engine/command.ts";
import type { EventBatch } from "../../../protocol/engine/event.ts";
import type { FillView } from "../../../protocol/engine/view.ts";

const TICK: Command = { kind: "tick" };
const NO_CHANGES = { orders: [], fills: [], balances: [], positions: [], markets: [] };

/** Turns of the event loop enough for everything that waits for none of the test's own signals. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

interface WorldOptions {
  maxQueued?: number;
  maxGroup?: number;
  clock?: () => number;
  /** The command over which the core breaks. */
  breaksAt?: number;
  /** Whether the tables are too far behind. */
  isBehind?: () => boolean;
  /** Each command makes a fill of its own number. */
  fills?: boolean;
}

/** A core that counts, and a journal whose commits end when the test lets them. */
function world(options: WorldOptions = {}) {
  const groups: number[][] = [];
  const commits: { resolve(): void; reject(error: Error): void }[] = [];
  const published: EventBatch[] = [];
  const projected: number[] = [];
  const times: number[] = [];
  let seq = 0;
  let applied = 0;
  const core: SequencedCore<number> = {
    apply: ({ seq: at, timeMs }) => {
      times.push(timeMs);
      applied = at;
      if (at === options.breaksAt) throw new Error("an invariant");
      const event = { type: "market" } as never;
      const fills = options.fills
        ? [{ fillSeq: at, taker: "0xa", maker: "0xb" } as Partial<FillView> as FillView]
        : [];
      return { verdict: at, events: [event], changes: { ...NO_CHANGES, fills } };
    },
  };
  const sequencer = new GroupCommitSequencer<number>({
    core,
    journal: {
      prepare: (timeMs, command) => ({
        seq: ++seq,
        timeMs,
        kind: command.kind,
        payload: "",
        hash: Buffer.alloc(32),
      }),
      commit: (entries) =>
        new Promise((resolve, reject) => {
          groups.push(entries.map((entry) => entry.seq));
          commits.push({ resolve, reject });
        }),
    },
    projector: {
      add: (at) => void projected.push(at),
      isBehind: () => options.isBehind?.() ?? false,
    },
    timeMs: 0,
    lastFillSeq: 0,
    publish: (batches) => void published.push(...batches),
    onApplied: () => {},
    limits: { maxQueued: options.maxQueued ?? 100, maxGroup: options.maxGroup ?? 100 },
    clock: options.clock ?? (() => 5_000),
    metrics: createSequencerMetrics(createMetrics({ service: "test", processMetrics: false })),
  });
  return { sequencer, groups, commits, published, projected, times, applied: () => applied };
}

describe("sequencer", () => {
  it("refuses users' commands beyond its bound with engine_busy, never its own", async () => {
    const { sequencer, commits } = world({ maxQueued: 2 });
    const taken = [sequencer.submit(TICK), sequencer.submit(TICK)];
    assert.deepEqual(await sequencer.submit(TICK), { ok: false, code: "engine_busy" });
    const own = sequencer.report(TICK);
    await settle();
    commits[0]?.resolve();
    assert.deepEqual(await Promise.all(taken), [
      { ok: true, verdict: 1 },
      { ok: true, verdict: 2 },
    ]);
    await own;
  });

  it("refuses new orders while the tables are too far behind, never a cancel or its own", async () => {
    const { sequencer, commits } = world({ isBehind: () => true });
    const place = { kind: "place" } as Command;
    assert.deepEqual(await sequencer.submit(place), { ok: false, code: "engine_busy" });
    const cancels: Command[] = [
      { kind: "cancel", maker: "0xa", hash: "0xb" },
      { kind: "cancel_all", maker: "0xa" },
    ];
    const taken = [...cancels.map((cancel) => sequencer.submit(cancel)), sequencer.report(TICK)];
    await settle();
    commits[0]?.resolve();
    assert.deepEqual(await Promise.all(taken), [
      { ok: true, verdict: 1 },
      { ok: true, verdict: 2 },
      undefined,
    ]);
  });

  it("hands to the tables what is durable, before anyone hears of it", async () => {
    const { sequencer, commits, projected } = world();
    const answered = sequencer.submit(TICK).then(() => [...projected]);
    await settle();
    assert.deepEqual(projected, []);
    commits[0]?.resolve();
    assert.deepEqual(await answered, [1]);
  });

  it("publishes nothing of a group that was not committed, and leaves nobody waiting", async () => {
    const { sequencer, commits, published } = world({ maxGroup: 3 });
    const submitted = sequencer.submit(TICK);
    const reported = sequencer.report(TICK);
    const read = sequencer.read(() => "view");
    const queued = [sequencer.submit(TICK), sequencer.report(TICK), sequencer.read(() => "view")];
    const settled = Promise.allSettled([submitted, reported, read, ...queued]);
    await settle();
    commits[0]?.reject(new Error("the disk is gone"));
    assert.equal((await sequencer.failed).message, "the disk is gone");
    const unknown = { status: "fulfilled", value: { ok: false, code: "engine_timeout" } };
    assert.deepEqual(
      (await settled).map((one) => (one.status === "rejected" ? "rejected" : one)),
      [unknown, "rejected", "rejected", unknown, "rejected", "rejected"],
    );
    assert.deepEqual(published, []);
  });

  it("refuses everything at once after it failed", async () => {
    const { sequencer, commits } = world();
    void sequencer.submit(TICK);
    await settle();
    commits[0]?.reject(new Error("the disk is gone"));
    await sequencer.failed;
    assert.deepEqual(await sequencer.submit(TICK), { ok: false, code: "engine_unavailable" });
    await assert.rejects(sequencer.report(TICK));
    await assert.rejects(sequencer.read(() => "view"));
    await sequencer.close();
  });

  it("rejects a read that throws to its reader alone", async () => {
    const { sequencer, commits } = world();
    const before = sequencer.submit(TICK);
    const broken = sequencer.read(() => {
      throw new Error("no such view");
    });
    const behind = sequencer.read(() => "view");
    const rejected = assert.rejects(broken, { message: "no such view" });
    await settle();
    commits[0]?.resolve();
    assert.deepEqual(await before, { ok: true, verdict: 1 });
    assert.equal(await behind, "view");
    await rejected;
  });

  it("fails when the core breaks", async () => {
    let broken = false;
    const { sequencer } = world({
      clock: () => {
        if (broken) throw new Error("an invariant");
        return 5_000;
      },
    });
    broken = true;
    void sequencer.submit(TICK);
    assert.equal((await sequencer.failed).message, "an invariant");
  });

  it("answers what commits though the core breaks meanwhile, and nothing behind it", async () => {
    const { sequencer, commits, groups, published } = world({ breaksAt: 3 });
    const first = sequencer.submit(TICK);
    await settle();
    const behind = [sequencer.submit(TICK), sequencer.submit(TICK), sequencer.submit(TICK)];
    await settle();
    assert.equal((await sequencer.failed).message, "an invariant");
    for (const answer of await Promise.all(behind)) {
      assert.deepEqual(answer, { ok: false, code: "engine_timeout" });
    }
    commits[0]?.resolve();
    assert.deepEqual(await first, { ok: true, verdict: 1 });
    await sequencer.close();
    assert.deepEqual(groups, [[1]]);
    assert.deepEqual(
      published.map(({ seq }) => seq),
      [1],
    );
  });

  it("sends nothing to the journal behind a group that was not committed", async () => {
    const { sequencer, commits, groups } = world({ maxGroup: 2 });
    const all = Array.from({ length: 5 }, () => sequencer.submit(TICK));
    await settle();
    commits[0]?.reject(new Error("the disk is gone"));
    await sequencer.failed;
    for (const answer of await Promise.all(all)) {
      assert.deepEqual(answer, { ok: false, code: "engine_timeout" });
    }
    await sequencer.close();
    assert.deepEqual(groups, [[1, 2]]);
  });

  it("applies what arrives while a group commits, and answers none of it before", async () => {
    const { sequencer, commits, groups, published, applied } = world({ fills: true });
    const first = sequencer.submit(TICK);
    await settle();
    const second = sequencer.submit(TICK);
    await settle();
    const third = sequencer.submit(TICK);
    await settle();
    assert.equal(applied(), 3);
    assert.deepEqual(groups, [[1]]);
    assert.equal(sequencer.durableFillSeq(), 0);
    commits[0]?.resolve();
    await first;
    await settle();
    assert.deepEqual(groups, [[1], [2, 3]]);
    assert.equal(sequencer.durableFillSeq(), 1);
    assert.deepEqual(
      published.map(({ seq }) => seq),
      [1],
    );
    commits[1]?.resolve();
    await Promise.all([second, third]);
    assert.equal(sequencer.durableFillSeq(), 3);
  });

  it("answers and publishes only after the commit", async () => {
    const { sequencer, commits, published } = world();
    let answered = false;
    const answer = sequencer.submit(TICK).then(() => {
      answered = true;
    });
    await settle();
    assert.equal(answered, false);
    assert.deepEqual(published, []);
    commits[0]?.resolve();
    await answer;
    assert.deepEqual(
      published.map(({ seq }) => seq),
      [1],
    );
  });

  it("gathers while a group commits, up to its bound", async () => {
    const { sequencer, commits, groups } = world({ maxGroup: 3 });
    const first = sequencer.submit(TICK);
    await settle();
    const rest = Array.from({ length: 5 }, () => sequencer.submit(TICK));
    await settle();
    assert.deepEqual(groups, [[1]]);
    commits[0]?.resolve();
    await first;
    await settle();
    commits[1]?.resolve();
    await settle();
    commits[2]?.resolve();
    await Promise.all(rest);
    assert.deepEqual(groups, [[1], [2, 3, 4], [5, 6]]);
  });

  it("shows a read only once everything that it saw is durable", async () => {
    const { sequencer, commits, applied } = world();
    void sequencer.submit(TICK);
    let seen: number | null = null;
    const reading = sequencer
      .read(() => applied())
      .then((view) => {
        seen = view;
      });
    await settle();
    assert.equal(seen, null);
    commits[0]?.resolve();
    await reading;
    assert.equal(seen, 1);
  });

  it("answers a read at once, without a transaction, when nothing waits", async () => {
    const { sequencer, groups } = world();
    assert.equal(await sequencer.read(() => "view"), "view");
    assert.deepEqual(groups, []);
  });

  it("never lets its clock fall, and follows the blocks' time", async () => {
    let now = 10_000;
    const { sequencer, commits, times } = world({ clock: () => now });
    const run = async (command: Command) => {
      const done = sequencer.report(command);
      await settle();
      commits.at(-1)?.resolve();
      await done;
    };
    await run(TICK);
    now = 9_000;
    await run(TICK);
    await run({ kind: "block", number: 1, hash: "0x", timestamp: 60, events: [] });
    now = 11_000;
    await run(TICK);
    assert.deepEqual(times, [10_000, 10_000, 60_000, 62_000]);
    assert.equal(sequencer.nowMs(), 62_000);
  });

  it("closes when all that it took is durable, and takes no more", async () => {
    const { sequencer, commits } = world();
    const taken = sequencer.submit(TICK);
    const closing = sequencer.close();
    assert.deepEqual(await sequencer.submit(TICK), { ok: false, code: "engine_busy" });
    await assert.rejects(sequencer.report(TICK));
    await settle();
    commits[0]?.resolve();
    await closing;
    assert.deepEqual(await taken, { ok: true, verdict: 1 });
  });
});
