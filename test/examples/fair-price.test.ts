import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { fairPrice } from "../../examples/market-maker/fair-price.ts";
import { bestOffer } from "../../examples/taker-bot/take-edges.ts";
import { orderOf } from "../sdk/fixture/account-frames.ts";

const book = {
  marketId: 1,
  bids: [
    [500, 100],
    [490, 10],
  ] as [number, number][],
  asks: [[520, 10]] as [number, number][],
  checksum: 0,
};

describe("the market maker's fair price", () => {
  it("falls back where others quote one side alone", () => {
    assert.equal(fairPrice({ ...book, asks: [] }, [], 333), 333);
  });

  it("is the middle of the others' best prices: its own quotes count for nothing", () => {
    assert.equal(fairPrice(book, [], 1), 510);
    const own = orderOf("open", 0, 1);
    assert.deepEqual([own.order.price, own.remainingLots], [500, 100]);
    assert.equal(fairPrice(book, [own], 1), 505);
    assert.equal(fairPrice(book, [orderOf("partially_filled", 1, 1)], 1), 510);
  });
});

describe("the taker bot's choice", () => {
  it("leaves an offer that is not cheap enough", () => {
    assert.equal(bestOffer(book, { fairTicks: 510, edgeTicks: 11 }), null);
    assert.equal(bestOffer({ bids: [], asks: [] }, { fairTicks: 510, edgeTicks: 1 }), null);
  });

  it("is the offer furthest below its worth: YES from an ask, NO from a bid", () => {
    assert.deepEqual(bestOffer(book, { fairTicks: 600, edgeTicks: 11 }), {
      outcome: "YES",
      price: 520,
      quantity: 10,
    });
    assert.deepEqual(bestOffer(book, { fairTicks: 400, edgeTicks: 11 }), {
      outcome: "NO",
      price: 500,
      quantity: 100,
    });
  });
});
