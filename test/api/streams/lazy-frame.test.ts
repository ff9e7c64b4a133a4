import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { frameBytes } from "../../../api/streams/frame-bytes.ts";
import { LazyFrame } from "../../../api/streams/lazy-frame.ts";

const message = Object.freeze({ type: "trade", seq: 7, prev: 6, fill: { quantity: 3 } });

describe("a lazy frame", () => {
  it("has the numbers of its message, and its bytes with the name of the stream", () => {
    const frame = new LazyFrame(message, "trades:some-market");
    const text = JSON.stringify({ ...message, stream: "trades:some-market" });
    assert.deepEqual([frame.seq, frame.prev], [7, 6]);
    assert.deepEqual(frame.bytes, frameBytes(text));
  });

  it("is put into bytes once, and only when they are wanted", () => {
    let reads = 0;
    const counted = {
      ...message,
      get counted() {
        reads += 1;
        return 1;
      },
    };
    const frame = new LazyFrame(counted, "trades:some-market");
    const before = reads;
    assert.equal(frame.bytes, frame.bytes);
    assert.deepEqual([before, reads], [1, 2]); // weighed, then written
  });

  it("weighs what is not plain JSON by its bytes", () => {
    const unplain = { ...message, fill: undefined };
    const frame = new LazyFrame(unplain, "trades:a");
    assert.equal(frame.weight, frame.bytes.length);
  });
});
