import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { RecentTrades } from "../../../api/mirror/recent-trades.ts";
import type { FillView } from "../../../protocol/engine/view.ts";

function fill(tradeSeq: number, changes: Partial<FillView> = {}): FillView {
  return {
    fillSeq: tradeSeq * 10,
    marketId: 1,
    tradeSeq,
    matchKind: "mint",
    takerHash: "0x01",
    makerHash: "0x02",
    taker: "0x03",
    maker: "0x04",
    takerOutcome: 0,
    takerSide: 0,
    makerOutcome: 1,
    makerSide: 0,
    yesPriceTicks: 500,
    quantityLots: 1,
    feeMicro: "0",
    timeMs: 1,
    status: "matched",
    transactionHash: null,
    ...changes,
  };
}

describe("the latest trades of a market", () => {
  it("are kept in order, and only so many", () => {
    const trades = new RecentTrades(3);
    for (const seq of [2, 1, 4, 3]) trades.put(fill(seq), true);
    trades.put(fill(1), true);
    assert.deepEqual(
      trades.upTo(9).map(({ tradeSeq }) => tradeSeq),
      [2, 3, 4],
    );
    assert.equal(trades.upTo(3).at(-1)?.tradeSeq, 3);
    assert.equal(trades.last()?.tradeSeq, 4);
  });

  it("take on what settlement made of them, and go back for no older state", () => {
    const trades = new RecentTrades(3);
    trades.put(fill(1), false);
    trades.put(fill(1, { status: "settled", transactionHash: "0xaa" }), false);
    trades.put(fill(1, { status: "submitted", transactionHash: "0xbb" }), false);
    assert.deepEqual(trades.upTo(1), [fill(1, { status: "settled", transactionHash: "0xaa" })]);
  });

  it("go back with news of a settlement that is undone", () => {
    const trades = new RecentTrades(3);
    trades.put(fill(1, { status: "settled", transactionHash: "0xaa" }), true);
    trades.put(fill(1, { status: "submitted", transactionHash: "0xaa" }), true);
    assert.deepEqual(trades.upTo(1), [fill(1, { status: "submitted", transactionHash: "0xaa" })]);
  });
});
