import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type CandlesState, candlesDefinition } from "../../../sdk/streams/open-candles.ts";

const { begin, apply } = candlesDefinition("eth-up", "1m");

function candleOf(startTime: number, closeTicks: number) {
  const prices = { openTicks: 500, highTicks: 600, lowTicks: 400, closeTicks };
  return { startTime, ...prices, volumeLots: "1", volumeMicro: "5000", trades: 1 };
}

function frameOf(startTime: number, closeTicks: number) {
  const of = { stream: "candles:eth-up:1m", marketId: 1, interval: "1m" } as const;
  const candle = candleOf(startTime, closeTicks);
  return { type: "candle", ...of, seq: 2, prev: 1, candle } as const;
}

function taking(state: CandlesState, ...frames: [startTime: number, closeTicks: number][]) {
  return frames.reduce<CandlesState | null>(
    (now, [startTime, closeTicks]) => now && apply(now, frameOf(startTime, closeTicks)),
    state,
  );
}

describe("live candles", () => {
  const candles = [candleOf(60, 510), candleOf(120, 520)];
  const of = { stream: "candles:eth-up:1m", marketId: 1, interval: "1m" } as const;
  const snapshot = { type: "snapshot", ...of, seq: 1, candles } as const;
  const start = begin(snapshot, null) ?? assert.fail();

  it("refuse a candle that is older than the running one: a new snapshot is due", () => {
    assert.equal(taking(start, [60, 530]), null);
  });

  it("extend the running candle, and close it by a later one", () => {
    const closes = taking(start, [120, 530], [240, 540], [240, 550])?.candles.map(
      ({ startTime, closeTicks }) => [startTime, closeTicks],
    );
    assert.deepEqual(closes, [
      [60, 510],
      [120, 530],
      [240, 550],
    ]);
  });

  it("are kept in a bounded number", () => {
    const frames = Array.from({ length: 1_000 }, (_, i): [number, number] => [180 + i * 60, 500]);
    assert.equal(taking(start, ...frames)?.candles.length, 500);
  });
});
