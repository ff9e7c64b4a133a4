import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, it } from "mocha";
import { FrameBudget, StreamLog } from "../../../api/streams/stream-log.ts";

function filled(budget: FrameBudget, from: number, to: number): StreamLog {
  const log = new StreamLog(budget, from - 1);
  for (let seq = from; seq <= to; seq++)
    log.push({ seq, prev: seq - 1, weight: 10, bytes: Buffer.alloc(10) });
  return log;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const ROOMY = { maxFramesPerStream: 100, maxBytes: 1_000_000, maxFrames: 1000 };
const seqs = (log: StreamLog, after: number) => log.after(after)?.map(({ seq }) => seq) ?? null;

describe("stream log", () => {
  it("gives nothing for a place that it does not know", () => {
    const log = filled(new FrameBudget({ ...ROOMY, maxFramesPerStream: 3 }), 1, 10);
    assert.equal(log.after(6), null);
    assert.equal(log.after(11), null);
  });

  it("gives exactly the frames after a place that it knows", () => {
    const log = filled(new FrameBudget({ ...ROOMY, maxFramesPerStream: 3 }), 1, 10);
    assert.deepEqual(seqs(log, 7), [8, 9, 10]);
    assert.deepEqual(seqs(log, 9), [10]);
    assert.deepEqual(seqs(log, 10), []);
  });

  it("follows sequences that jump", () => {
    const log = new StreamLog(new FrameBudget(ROOMY), 5);
    log.push({ seq: 9, prev: 5, weight: 1, bytes: Buffer.from("a") });
    log.push({ seq: 20, prev: 9, weight: 1, bytes: Buffer.from("b") });
    assert.deepEqual(seqs(log, 5), [9, 20]);
    assert.deepEqual(seqs(log, 9), [20]);
    assert.equal(log.after(4), null);
  });

  it("forgets everything when it starts over", () => {
    const log = filled(new FrameBudget(ROOMY), 1, 5);
    log.reset(50);
    assert.equal(log.after(4), null);
    assert.deepEqual(seqs(log, 50), []);
  });

  it("drops the oldest frames of all streams when their common budget is spent", () => {
    const budget = new FrameBudget({ ...ROOMY, maxBytes: 50 });
    const first = filled(budget, 1, 4);
    const second = filled(budget, 1, 4);
    assert.equal(first.after(2), null);
    assert.deepEqual(seqs(first, 3), [4]);
    assert.deepEqual(seqs(second, 0), [1, 2, 3, 4]);
  });

  it("stays within the common count of frames however long it runs", () => {
    const budget = new FrameBudget({ ...ROOMY, maxFrames: 10 });
    const idle = filled(budget, 1, 3);
    const busy = filled(budget, 1, 1000);
    assert.equal(idle.after(2), null);
    assert.deepEqual(seqs(busy, 995), [996, 997, 998, 999, 1000]);
    assert.equal(busy.after(900), null);
  });

  it("keeps a quiet stream's frames while another drops its own, or starts over", () => {
    const budget = new FrameBudget({ maxFramesPerStream: 5, maxBytes: 1_000_000, maxFrames: 10 });
    const quiet = filled(budget, 1, 4);
    const busy = filled(budget, 1, 10_000);
    assert.deepEqual(seqs(quiet, 0), [1, 2, 3, 4]);
    for (let seq = 10_001; seq < 20_000; seq += 3) {
      busy.reset(seq - 1);
      for (const next of [seq, seq + 1]) {
        busy.push({ seq: next, prev: next - 1, weight: 10, bytes: Buffer.alloc(10) });
      }
    }
    assert.deepEqual(seqs(quiet, 0), [1, 2, 3, 4]);
  });

  it("drops the oldest that there is, not the next of a stream that dropped its oldest itself", () => {
    const budget = new FrameBudget({ maxFramesPerStream: 3, maxBytes: 1_000_000, maxFrames: 7 });
    const busy = filled(budget, 1, 1);
    const quiet = filled(budget, 1, 3);
    for (const seq of [2, 3, 4])
      busy.push({ seq, prev: seq - 1, weight: 10, bytes: Buffer.alloc(10) });
    filled(budget, 1, 2);
    assert.deepEqual(seqs(busy, 1), [2, 3, 4]);
    assert.deepEqual(seqs(quiet, 1), [2, 3]);
    assert.equal(quiet.after(0), null);
  });

  it("holds on to no stream that is gone, however few frames there are", async () => {
    const budget = new FrameBudget({ maxFramesPerStream: 2, maxBytes: 1_000_000, maxFrames: 100 });
    const emptied = () => {
      const log = filled(budget, 1, 10);
      log.reset(0);
      return new WeakRef(log);
    };
    const gone = emptied();
    const busy = filled(budget, 1, 2_000);
    await new Promise((resolve) => setImmediate(resolve)); // a WeakRef holds until the turn's end
    collectGarbage();
    assert.equal(gone.deref(), undefined);
    assert.deepEqual(seqs(busy, 1998), [1999, 2000]);
  });
});
