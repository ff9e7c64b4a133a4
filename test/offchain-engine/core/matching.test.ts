import assert from "node:assert/strict";
import { it } from "mocha";
import { ALICE, BOB, CAROL, DAVE, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

describeEngines("matching", (createEngine) => {
  it("leaves orders that do not cross in the book, in YES prices", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 100 @ 400");
    exchange.place(BOB, "SELL NO 50 @ 580");
    exchange.place(CAROL, "SELL YES 30 @ 600");
    exchange.place(DAVE, "BUY NO 20 @ 390");
    assert.deepEqual(exchange.book(), {
      bids: [
        [420, 50],
        [400, 100],
      ],
      asks: [
        [600, 30],
        [610, 20],
      ],
    });
  });

  it("fills at the resting order's price", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 100 @ 450");
    const { order, fills } = exchange.place(BOB, "BUY YES 60 @ 500");
    assert.equal(order.status, "filled");
    assert.equal(fills.length, 1);
    assert.equal(fills[0]?.yesPriceTicks, 450);
    assert.equal(fills[0]?.quantityLots, 60);
    assert.deepEqual(exchange.cash(BOB), [100_000_000 - 60 * 450 * 10, 0, 0]);
  });

  it("takes the best price first, and at one price the oldest", () => {
    const exchange = startedDriver(createEngine());
    const worse = exchange.place(ALICE, "SELL YES 100 @ 510").order.hash;
    const oldest = exchange.place(ALICE, "SELL YES 100 @ 500").order.hash;
    const younger = exchange.place(CAROL, "BUY NO 100 @ 500").order.hash;
    const { fills } = exchange.place(BOB, "BUY YES 250 @ 520");
    assert.deepEqual(
      fills.map((fill) => [fill.makerHash, fill.quantityLots, fill.yesPriceTicks]),
      [
        [oldest, 100, 500],
        [younger, 100, 500],
        [worse, 50, 510],
      ],
    );
    assert.equal(exchange.order(worse).remainingLots, 50);
  });

  it("moves YES shares from a seller to a buyer", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 100 @ 500");
    const { fills } = exchange.place(BOB, "BUY YES 100 @ 500");
    assert.equal(fills[0]?.matchKind, "transfer_yes");
    assert.deepEqual(exchange.shares(ALICE, "YES"), [900, 0, 0]);
    assert.deepEqual(exchange.shares(BOB, "YES"), [1100, 0, 0]);
    assert.deepEqual(exchange.cash(ALICE), [100_500_000, 0, 0]);
  });

  it("moves NO shares from a seller to a buyer", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY NO 100 @ 300");
    const { fills } = exchange.place(BOB, "SELL NO 100 @ 250");
    assert.equal(fills[0]?.matchKind, "transfer_no");
    assert.equal(fills[0]?.yesPriceTicks, 700);
    assert.deepEqual(exchange.shares(ALICE, "NO"), [1100, 0, 0]);
    assert.deepEqual(exchange.cash(BOB), [100_300_000, 0, 0]);
  });

  it("mints a pair for a buyer of YES and a buyer of NO", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 100 @ 600");
    const { fills } = exchange.place(BOB, "BUY NO 100 @ 450");
    assert.equal(fills[0]?.matchKind, "mint");
    assert.deepEqual(exchange.shares(ALICE, "YES"), [1100, 0, 0]);
    assert.deepEqual(exchange.shares(BOB, "NO"), [1100, 0, 0]);
    assert.deepEqual(exchange.cash(ALICE), [99_400_000, 0, 0]);
    assert.deepEqual(exchange.cash(BOB), [99_600_000, 0, 0]);
  });

  it("merges a pair of a seller of YES and a seller of NO", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL NO 100 @ 450");
    const { fills } = exchange.place(BOB, "SELL YES 100 @ 500");
    assert.equal(fills[0]?.matchKind, "merge");
    assert.equal(fills[0]?.yesPriceTicks, 550);
    assert.deepEqual(exchange.shares(ALICE, "NO"), [900, 0, 0]);
    assert.deepEqual(exchange.cash(ALICE), [100_450_000, 0, 0]);
    assert.deepEqual(exchange.cash(BOB), [100_550_000, 0, 0]);
  });

  it("lets what remains of a taker rest at its own price", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 40 @ 500");
    const { order } = exchange.place(BOB, "BUY YES 100 @ 520");
    assert.equal(order.status, "partially_filled");
    assert.deepEqual(exchange.book(), { bids: [[520, 60]], asks: [] });
  });

  it("numbers fills over all markets, and trades of each market", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 10 @ 500");
    const [first] = exchange.place(BOB, "BUY YES 10 @ 500").fills;
    exchange.place(ALICE, "SELL YES 10 @ 500");
    const [second] = exchange.place(BOB, "BUY YES 10 @ 500").fills;
    assert.deepEqual([first?.fillSeq, first?.tradeSeq], [1, 1]);
    assert.deepEqual([second?.fillSeq, second?.tradeSeq], [2, 2]);
  });

  it("matches orders of one market only", () => {
    const exchange = startedDriver(createEngine());
    exchange.block({
      type: "market_created",
      marketId: 2,
      groupId: null,
      slug: "other",
      question: "?",
      rules: "",
      category: "",
      resolver: ALICE,
      closeTime: 2_000_000,
      resolveDeadline: 2_000_001,
      takerFeeBps: 0,
      priceStep: 1,
    });
    exchange.place(ALICE, "BUY YES 10 @ 600", { marketId: 2 });
    assert.equal(exchange.place(BOB, "BUY NO 10 @ 600").fills.length, 0);
    assert.equal(exchange.place(BOB, "BUY NO 10 @ 600", { marketId: 2 }).fills.length, 1);
  });
});
