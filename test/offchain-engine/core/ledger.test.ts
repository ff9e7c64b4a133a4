import assert from "node:assert/strict";
import { it } from "mocha";
import { feeMicroDown } from "../../../protocol/units.ts";
import { ALICE, address, BOB, CAROL, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

describeEngines("ledger", (createEngine) => {
  it("locks a resting buy's cost and a resting sell's shares", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 100 });
    exchange.place(ALICE, "BUY NO 100 @ 300");
    exchange.place(ALICE, "SELL NO 70 @ 900");
    assert.deepEqual(exchange.cash(ALICE), [99_700_000, 300_000, 0]);
    assert.deepEqual(exchange.shares(ALICE, "NO"), [930, 70, 0]);
  });

  it("refuses a buy whose cost is covered but whose possible fee is not", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 100 });
    exchange.refuses("insufficient_cash", ALICE, "BUY YES 20000 @ 500");
    exchange.place(ALICE, "BUY YES 20000 @ 500", { timeInForce: 4 });
  });

  it("takes a buying taker's fee on top, and none of the maker", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 100 });
    exchange.place(ALICE, "SELL YES 100 @ 700");
    const { fills } = exchange.place(BOB, "BUY YES 100 @ 700");
    assert.equal(fills[0]?.feeMicro, "3000");
    assert.deepEqual(exchange.cash(BOB), [100_000_000 - 700_000 - 3_000, 0, 0]);
    assert.deepEqual(exchange.cash(ALICE), [100_700_000, 0, 0]);
  });

  it("takes a selling taker's fee out of the proceeds", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 100 });
    exchange.place(ALICE, "BUY YES 100 @ 700");
    exchange.place(BOB, "SELL YES 100 @ 600");
    assert.deepEqual(exchange.cash(BOB), [100_000_000 + 700_000 - 3_000, 0, 0]);
  });

  it("rounds each fill's fee down", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 33 });
    exchange.place(ALICE, "SELL YES 7 @ 501");
    const { fills } = exchange.place(BOB, "BUY YES 7 @ 501");
    assert.equal(fills[0]?.feeMicro, String(feeMicroDown(501, 7, 33)));
    assert.equal(fills[0]?.feeMicro, "115");
  });

  it("frees what a better price and the fee at rest leave over", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 100 });
    exchange.place(ALICE, "SELL YES 40 @ 500");
    exchange.place(BOB, "BUY YES 100 @ 600");
    const spent = 40 * 500 * 10 + feeMicroDown(500, 40, 100);
    assert.deepEqual(exchange.cash(BOB), [100_000_000 - spent - 360_000, 360_000, 0]);
  });

  it("covers the fee at every better price by the lock at the limit", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 1000 });
    const poor = address("11");
    exchange.deposit(poor, 100 * 990 * 10 + feeMicroDown(990, 100, 1000));
    exchange.place(ALICE, "SELL YES 100 @ 500");
    exchange.place(poor, "BUY YES 100 @ 990");
    assert.deepEqual(exchange.cash(poor), [991_000 - 500_000 - 50_000, 0, 0]);
  });

  it("lets proceeds be spent before they settle", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 20000 @ 500");
    exchange.split(BOB, 20_000);
    exchange.place(BOB, "SELL YES 20000 @ 500");
    exchange.place(BOB, "BUY YES 40000 @ 500");
    assert.deepEqual(exchange.cash(BOB), [0, 200_000_000, 0]);
    exchange.place(ALICE, "SELL YES 20000 @ 400");
    assert.deepEqual(exchange.shares(BOB, "YES"), [21_000, 0, 0]);
  });

  it("keeps the average cost of what is held", () => {
    const exchange = startedDriver(createEngine());
    const cost = () =>
      exchange.engine.account(CAROL).positions.find(({ marketId }) => marketId === 1)?.yesCostMicro;
    assert.equal(cost(), "5000000");
    exchange.place(ALICE, "SELL YES 500 @ 800");
    exchange.place(CAROL, "BUY YES 500 @ 800");
    assert.equal(cost(), "9000000");
    exchange.place(ALICE, "BUY YES 250 @ 700");
    exchange.place(CAROL, "SELL YES 250 @ 700");
    assert.equal(cost(), "7500000");
  });

  it("counts shares that come in as bought at the mark: the last trade, at first 500", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 10 @ 800");
    exchange.place(BOB, "BUY YES 10 @ 800");
    exchange.split(CAROL, 100);
    const lots = { account: CAROL, marketId: 1, outcome: 0, quantityLots: "10" } as const;
    exchange.block({ type: "shares_imported", ...lots });
    const [position] = exchange.engine.account(CAROL).positions;
    assert.equal(position?.yesCostMicro, String(1000 * 5000 + 100 * 8000));
    assert.equal(position?.noCostMicro, String(1000 * 5000 + 100 * 2000 + 10 * 2000));
  });

  it("shows what has not settled, inside the figures", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 100 @ 700");
    exchange.place(BOB, "BUY YES 100 @ 700");
    assert.equal(exchange.engine.account(ALICE).balance.pendingMicro, "700000");
    assert.equal(exchange.engine.account(BOB).balance.pendingMicro, "-700000");
  });
});
