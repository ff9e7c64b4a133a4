import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { LatestCandles } from "../../../api/history/latest-candles.ts";
import type { MirroredMarket } from "../../../api/mirror/exchange-mirror.ts";
import { ApiProblem } from "../../../api/problem.ts";
import { CandleTape } from "../../../api/streams/candle-tape.ts";
import type { FillView } from "../../../protocol/engine/view.ts";

const MARKET = { view: { marketId: 1 }, tradeSeq: 0, trades: { last: () => null } };
const market = MARKET as unknown as MirroredMarket;

const fill = (tradeSeq: number) =>
  ({
    marketId: 1,
    tradeSeq,
    yesPriceTicks: 500,
    quantityLots: 1,
    takerOutcome: 1,
    timeMs: 1e12,
  }) as FillView;

describe("candle tape", () => {
  it("tries again after a reading that failed", async () => {
    let readings = 0;
    const tape = new CandleTape(async () => {
      readings += 1;
      if (readings === 1) throw new ApiProblem("database_unavailable");
      return { tradeSeq: 0, candles: [] };
    });
    await assert.rejects(tape.snapshot(market, "1m"), { code: "database_unavailable" });
    assert.equal(tape.take(fill(1), "1m"), null);
    await tape.snapshot(market, "1m");
    assert.ok(tape.take(fill(1), "1m"));
  });

  it("goes on although a reading that was given up before it fails late", async () => {
    const readings: PromiseWithResolvers<LatestCandles>[] = [];
    const tape = new CandleTape(() => {
      const reading = Promise.withResolvers<LatestCandles>();
      readings.push(reading);
      return reading.promise;
    });
    const before = tape.snapshot(market, "1m");
    tape.clear();
    const after = tape.snapshot(market, "1m");
    readings[1]?.resolve({ tradeSeq: 0, candles: [] });
    await after;
    assert.ok(tape.take(fill(1), "1m"));
    readings[0]?.reject(new ApiProblem("database_unavailable"));
    await assert.rejects(before, { code: "database_unavailable" });
    assert.ok(tape.take(fill(2), "1m"));
  });
});
