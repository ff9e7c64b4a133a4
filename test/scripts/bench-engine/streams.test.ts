import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { StreamFacts } from "../../../scripts/bench-engine/command-stream.ts";
import { generateStream } from "../../../scripts/bench-engine/generate-stream.ts";
import { createBookRun } from "../../../scripts/bench-engine/run-book.ts";
import { createCoreRun } from "../../../scripts/bench-engine/run-core.ts";
import { createPeerRun } from "../../../scripts/bench-engine/run-peer.ts";
import { WORKLOADS, type Workload } from "../../../scripts/bench-engine/workload.ts";

/** What each stream is: a change of its generator shows here, and makes earlier figures incomparable. */
const FACTS: Record<Workload["name"], StreamFacts> = {
  w1: {
    fills: 273_637,
    tradedLots: 93_555_300,
    liveOrders: 1_805,
    tradeDigest: 527969789,
    bookDigest: 2644600597,
  },
  w2: {
    fills: 271_287,
    tradedLots: 92_771_990,
    liveOrders: 90_008,
    tradeDigest: 3329406006,
    bookDigest: 3202174725,
  },
  w3: {
    fills: 205_292,
    tradedLots: 61_958_840,
    liveOrders: 93_347,
    tradeDigest: 3505029952,
    bookDigest: 3208328639,
  },
};

describe("streams of the engine's benchmark", () => {
  for (const workload of WORKLOADS) {
    it(`${workload.name} is the same stream each time, and the book matches it fill by fill`, () => {
      const stream = generateStream(workload);
      assert.deepEqual(stream.facts, FACTS[workload.name]);
      const book = createBookRun(stream, true);
      book.run(0, stream.commands);
      assert.deepEqual(book.facts(), FACTS[workload.name]);
    });

    it(`the core matches ${workload.name} fill by fill`, () => {
      const stream = generateStream(workload, 100_000);
      const core = createCoreRun(stream, true);
      core.run(0, stream.commands);
      assert.deepEqual(core.facts(), stream.facts);
    });
  }

  it("the peer comes to the same book", () => {
    const stream = generateStream(WORKLOADS[0] as Workload, 20_000);
    const peer = createPeerRun(stream);
    peer.run(0, stream.commands);
    assert.equal(peer.facts().bookDigest, stream.facts.bookDigest);
  });
});
