import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { markYesTicks } from "../../../indexer/accounting/mark.ts";
import { candleStart, extendCandle, firstCandle } from "../../../protocol/candle.ts";

describe("candles", () => {
  it("start at whole minutes, hours and days", () => {
    const time = Date.UTC(2026, 10, 21, 13, 59, 59) / 1000;
    assert.equal(candleStart("1m", time), Date.UTC(2026, 10, 21, 13, 59) / 1000);
    assert.equal(candleStart("5m", time), Date.UTC(2026, 10, 21, 13, 55) / 1000);
    assert.equal(candleStart("1h", time), Date.UTC(2026, 10, 21, 13) / 1000);
    assert.equal(candleStart("1d", time), Date.UTC(2026, 10, 21) / 1000);
    assert.equal(candleStart("1s", time), time);
    assert.equal(candleStart("15m", time), Date.UTC(2026, 10, 21, 13, 45) / 1000);
    assert.equal(candleStart("4h", time), Date.UTC(2026, 10, 21, 12) / 1000);
    assert.equal(candleStart("1m", candleStart("1m", time)), candleStart("1m", time));
  });

  it("start weeks on Monday, in the first days of unix time too", () => {
    const monday = Date.UTC(2026, 10, 16) / 1000;
    assert.equal(candleStart("1w", monday), monday);
    assert.equal(candleStart("1w", monday + 604_799), monday);
    assert.equal(candleStart("1w", monday - 1), monday - 604_800);
    assert.equal(new Date(candleStart("1w", 0) * 1000).getUTCDay(), 1);
  });

  it("keep the first price as open, the last as close, and the extremes between", () => {
    const candle = [500, 620, 410, 505]
      .map((ticks) => firstCandle(ticks, 10n, BigInt(ticks) * 100n))
      .reduce(extendCandle);
    assert.deepEqual(candle, {
      openTicks: 500,
      highTicks: 620,
      lowTicks: 410,
      closeTicks: 505,
      volumeLots: 40n,
      volumeMicro: 203_500n,
      trades: 4,
    });
  });
});

describe("the mark of a market", () => {
  it("is the payout once final, else the last trade, else par", () => {
    assert.equal(markYesTicks({ payoutYes: null, lastYesPriceTicks: null }), 500);
    assert.equal(markYesTicks({ payoutYes: null, lastYesPriceTicks: 310 }), 310);
    assert.equal(markYesTicks({ payoutYes: 0, lastYesPriceTicks: 310 }), 0);
  });
});
