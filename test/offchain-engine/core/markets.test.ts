import assert from "node:assert/strict";
import { it } from "mocha";
import { ALICE, BOB, CLOSE_SECONDS, START_SECONDS, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

const UNTIL_CLOSE = CLOSE_SECONDS - START_SECONDS;

describeEngines("market life", (createEngine) => {
  it("closes at its close time: open orders are cancelled, new ones refused", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 100 @ 500");
    exchange.wait(UNTIL_CLOSE - 1);
    assert.equal(exchange.order(order.hash).status, "open");
    exchange.wait(1);
    assert.equal(exchange.order(order.hash).cancelReason, "market_closed");
    assert.equal(exchange.engine.snapshot().markets[0]?.status, "closed");
    const details = exchange.refuses("market_not_open", ALICE, "BUY YES 1 @ 500");
    assert.deepEqual(details, { status: "closed" });
    assert.deepEqual(exchange.cash(ALICE), [100_000_000, 0, 0]);
  });

  it("never matches past its close, though no tick came", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 100 @ 500");
    exchange.timeMs = CLOSE_SECONDS * 1000;
    exchange.refuses("market_not_open", BOB, "SELL YES 100 @ 500");
  });

  it("shows what the chain proposed and resolved", () => {
    const exchange = startedDriver(createEngine());
    exchange.wait(UNTIL_CLOSE);
    const market = () => {
      const [view] = exchange.engine.snapshot().markets;
      return [view?.status, view?.payoutYes];
    };
    assert.deepEqual(market(), ["closed", null]);
    exchange.block({ type: "market_proposed", marketId: 1, payoutYes: 1000 });
    assert.deepEqual(market(), ["proposed", 1000]);
    exchange.block({ type: "market_resolved", marketId: 1, payoutYes: 0, isVoid: false });
    assert.deepEqual(market(), ["resolved", 0]);
  });

  it("shows a void market, and closes one that was decided early", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 100 @ 500");
    exchange.block({ type: "market_resolved", marketId: 1, payoutYes: 500, isVoid: true });
    assert.equal(exchange.order(order.hash).cancelReason, "market_closed");
    assert.equal(exchange.engine.snapshot().markets[0]?.status, "void");
  });

  it("turns shares into cash when the chain redeems them", () => {
    const exchange = startedDriver(createEngine());
    exchange.wait(UNTIL_CLOSE);
    exchange.block(
      { type: "market_resolved", marketId: 1, payoutYes: 1000, isVoid: false },
      {
        type: "redeemed",
        account: ALICE,
        marketId: 1,
        yesLots: "1000",
        noLots: "1000",
        payoutMicro: "10000000",
      },
    );
    assert.deepEqual(exchange.cash(ALICE), [110_000_000, 0, 0]);
    assert.deepEqual(exchange.shares(ALICE, "YES"), [0, 0, 0]);
    assert.deepEqual(exchange.shares(ALICE, "NO"), [0, 0, 0]);
    const [position] = exchange.engine.account(ALICE).positions;
    assert.deepEqual([position?.yesCostMicro, position?.noCostMicro], ["0", "0"]);
  });
});
