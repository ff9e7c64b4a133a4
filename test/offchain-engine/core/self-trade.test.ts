import assert from "node:assert/strict";
import { it } from "mocha";
import { TimeInForce } from "../../../protocol/order.ts";
import { ALICE, BOB, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

describeEngines("self-trade prevention", (createEngine) => {
  it("cancel_resting removes the own resting order and goes on", () => {
    const exchange = startedDriver(createEngine());
    const own = exchange.place(ALICE, "SELL YES 50 @ 500").order.hash;
    exchange.place(BOB, "SELL YES 50 @ 505");
    const { order, fills } = exchange.place(ALICE, "BUY YES 50 @ 510");
    assert.equal(order.status, "filled");
    assert.equal(fills[0]?.maker, BOB);
    assert.equal(exchange.order(own).cancelReason, "self_trade");
    assert.deepEqual(exchange.shares(ALICE, "YES"), [1050, 0, 0]);
  });

  it("cancel_resting spares own orders that the taker does not reach", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(BOB, "SELL YES 50 @ 500");
    const own = exchange.place(ALICE, "SELL YES 50 @ 505").order.hash;
    exchange.place(ALICE, "BUY YES 50 @ 510");
    assert.equal(exchange.order(own).status, "open");
  });

  it("cancel_taker is refused when the first order in reach is its own", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 50 @ 500");
    exchange.refuses("self_trade", ALICE, "BUY YES 50 @ 510", { stp: "cancel_taker" });
    assert.deepEqual(exchange.book().asks, [[500, 50]]);
  });

  it("cancel_taker cancels the rest of the taker when it comes to its own order", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(BOB, "SELL YES 20 @ 500");
    const own = exchange.place(ALICE, "SELL YES 50 @ 505").order.hash;
    const { order } = exchange.place(ALICE, "BUY YES 50 @ 510", { stp: "cancel_taker" });
    assert.deepEqual([order.status, order.cancelReason], ["cancelled", "self_trade"]);
    assert.equal(order.filledLots, 20);
    assert.equal(exchange.order(own).status, "open");
    assert.deepEqual(exchange.cash(ALICE), [99_900_000, 0, 0]);
  });

  it("cancel_both cancels the rest of both", () => {
    const exchange = startedDriver(createEngine());
    const own = exchange.place(ALICE, "SELL YES 50 @ 505").order.hash;
    exchange.place(BOB, "SELL YES 20 @ 506");
    const { order } = exchange.place(ALICE, "BUY YES 50 @ 510", { stp: "cancel_both" });
    assert.equal(order.cancelReason, "self_trade");
    assert.equal(exchange.order(own).cancelReason, "self_trade");
    assert.deepEqual(exchange.book(), { bids: [], asks: [[506, 20]] });
  });

  it("a FOK order that would stop at its own order is refused", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(BOB, "SELL YES 20 @ 500");
    exchange.place(ALICE, "SELL YES 50 @ 505");
    exchange.place(BOB, "SELL YES 50 @ 506");
    for (const stp of ["cancel_taker", "cancel_both"] as const) {
      const options = { stp, timeInForce: TimeInForce.FOK };
      exchange.refuses("fok_not_filled", ALICE, "BUY YES 50 @ 510", options);
    }
  });

  it("knows an order that a delegate signed as the maker's own", () => {
    const exchange = startedDriver(createEngine());
    exchange.block({ type: "delegate_added", account: ALICE, delegate: BOB });
    exchange.place(ALICE, "SELL YES 50 @ 500", { signer: BOB });
    exchange.refuses("self_trade", ALICE, "BUY YES 50 @ 500", { stp: "cancel_taker" });
  });
});
