import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { CommandStream, StreamFacts } from "../../../scripts/bench-engine/command-stream.ts";
import { generateStream } from "../../../scripts/bench-engine/generate-stream.ts";
import { createBookRun } from "../../../scripts/bench-engine/run-book.ts";
import { createCoreRun } from "../../../scripts/bench-engine/run-core.ts";
import { createPeerRun } from "../../../scripts/bench-engine/run-peer.ts";
import { WORKLOADS, type Workload } from "../../../scripts/bench-engine/workload.ts";

/** What each stream is: a change of its generator shows here, and makes earlier figures incomparable. */
const FACTS: Record<Workload["name"], StreamFacts> = {
  w1: {
    fills: 272_379,
    tradedLots: 93_842_900,
    liveOrders: 1_806,
    tradeDigest: 3424151666,
    bookDigest: 3554309225,
  },
  w2: {
    fills: 250_680,
    tradedLots: 83_337_890,
    liveOrders: 90_002,
    tradeDigest: 4198318877,
    bookDigest: 2048076767,
  },
  w3: {
    fills: 202_995,
    tradedLots: 62_446_410,
    liveOrders: 93_300,
    tradeDigest: 130328725,
    bookDigest: 2993974721,
  },
};

/** What a stream makes a book do. */
interface Weight {
  fills: number;
  tradedLots: number;
  /** Orders that rest, cancels, orders that take, of a thousand commands. */
  mixPermille: number[];
}

/**
 * The streams that other books were measured with, from the same seeds by rules that leave the order of the
 * dice open: ours weigh as much, fill by fill they differ.
 */
const MEASURED_ELSEWHERE: Record<Workload["name"], Weight> = {
  w1: { fills: 272_457, tradedLots: 94_299_660, mixPermille: [543, 358, 99] },
  w2: { fills: 250_091, tradedLots: 83_194_500, mixPermille: [527, 373, 100] },
  w3: { fills: 203_599, tradedLots: 62_936_490, mixPermille: [505, 395, 100] },
};

function assertWeighsAsMuch({ facts, mix }: CommandStream, elsewhere: Weight): void {
  assert.ok(Math.abs(facts.fills / elsewhere.fills - 1) < 0.005);
  assert.ok(Math.abs(facts.tradedLots / elsewhere.tradedLots - 1) < 0.01);
  const permille = [mix.rests, mix.cancels, mix.takes].map((count) => Math.round(count / 1_000));
  assert.deepEqual(permille, elsewhere.mixPermille);
}

describe("streams of the engine's benchmark", () => {
  for (const workload of WORKLOADS) {
    it(`${workload.name} is the same stream each time, and the book matches it fill by fill`, () => {
      const stream = generateStream(workload);
      assert.deepEqual(stream.facts, FACTS[workload.name]);
      assertWeighsAsMuch(stream, MEASURED_ELSEWHERE[workload.name]);
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
