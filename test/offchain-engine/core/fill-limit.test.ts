import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { createCore } from "../../../offchain-engine/edge/core.ts";
import type { OrderView } from "../../../protocol/engine/view.ts";
import { TimeInForce } from "../../../protocol/order.ts";
import { ALICE, BOB, CAROL, DAVE, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

const { FAK, FOK } = TimeInForce;

/** How an order ended, why, and what it filled. */
function ending({ order }: { order: OrderView }): [string, string | null, number] {
  return [order.status, order.cancelReason, order.filledLots];
}

describeEngines("the limit of an order's fills", (createEngine) => {
  /** Three asks of one lot, the dearest at 502; an order may meet two. */
  function threeAsks(maxFillsPerOrder = 2) {
    const exchange = startedDriver(createEngine({ maxFillsPerOrder }));
    for (const price of [500, 501, 502]) exchange.place(ALICE, `SELL YES 1 @ ${price}`);
    return exchange;
  }

  it("ends an order that would go on, and frees what it locked", () => {
    const exchange = threeAsks();
    const taken = exchange.place(BOB, "BUY YES 10 @ 510");
    assert.deepEqual(ending(taken), ["cancelled", "fill_limit", 2]);
    assert.equal(taken.fills.length, 2);
    assert.deepEqual(exchange.book(), { bids: [], asks: [[502, 1]] });
    assert.deepEqual(exchange.cash(BOB), [100_000_000 - 10_010, 0, 0]);
  });

  it("ends an order that sells alike, in the middle of a level", () => {
    const exchange = startedDriver(createEngine({ maxFillsPerOrder: 2 }));
    for (let i = 0; i < 3; i++) exchange.place(ALICE, "BUY YES 1 @ 500");
    const taken = exchange.place(BOB, "SELL YES 10 @ 500");
    assert.deepEqual(ending(taken), ["cancelled", "fill_limit", 2]);
    assert.deepEqual(exchange.book(), { bids: [[500, 1]], asks: [] });
    assert.deepEqual(exchange.shares(BOB, "YES"), [998, 0, 0]);
  });

  it("lets the rest of an order rest that no longer crosses", () => {
    const exchange = threeAsks();
    const taken = exchange.place(BOB, "BUY YES 10 @ 501");
    assert.deepEqual(ending(taken), ["partially_filled", null, 2]);
    assert.deepEqual(exchange.book(), { bids: [[501, 8]], asks: [[502, 1]] });
  });

  it("says nothing of an order that is filled by then", () => {
    assert.deepEqual(ending(threeAsks().place(BOB, "BUY YES 2 @ 510")), ["filled", null, 2]);
  });

  it("is named by a FAK order only when it stopped it", () => {
    const stopped = threeAsks().place(BOB, "BUY YES 10 @ 502", { timeInForce: FAK });
    assert.deepEqual(ending(stopped), ["cancelled", "fill_limit", 2]);
    const done = threeAsks().place(BOB, "BUY YES 10 @ 501", { timeInForce: FAK });
    assert.deepEqual(ending(done), ["cancelled", "fak_remainder", 2]);
  });

  it("refuses a FOK order that needs more fills, and takes one that needs as many", () => {
    const exchange = threeAsks();
    exchange.refuses("fok_not_filled", BOB, "BUY YES 3 @ 510", { timeInForce: FOK });
    const taken = exchange.place(BOB, "BUY YES 2 @ 510", { timeInForce: FOK });
    assert.deepEqual(ending(taken), ["filled", null, 2]);
  });

  it("counts own orders that self-trade prevention cancels", () => {
    const exchange = threeAsks(3);
    const own = exchange.place(BOB, "SELL YES 1 @ 499").order.hash;
    exchange.refuses("fok_not_filled", BOB, "BUY YES 3 @ 510", { timeInForce: FOK });
    const taken = exchange.place(BOB, "BUY YES 3 @ 510");
    assert.deepEqual(ending(taken), ["cancelled", "fill_limit", 2]);
    assert.equal(exchange.order(own).cancelReason, "self_trade");
    assert.deepEqual(exchange.book().asks, [[502, 1]]);
  });

  it("ends an amendment alike, after what its predecessor filled", () => {
    const exchange = threeAsks();
    const first = exchange.place(BOB, "BUY YES 10 @ 400", { nonce: "77" });
    const replaces = first.order.hash;
    const taken = exchange.place(BOB, "BUY YES 10 @ 510", { nonce: "77", replaces });
    assert.deepEqual(ending(taken), ["cancelled", "fill_limit", 2]);
    assert.deepEqual(exchange.cash(BOB), [100_000_000 - 10_010, 0, 0]);
  });
});

describe("an order against a thousand of one lot and more", () => {
  it("makes a thousand fills, by default, and leaves the others", () => {
    const core = createCore({ chainId: 1, maxOpenOrdersPerAccount: 2_000 });
    const exchange = startedDriver(core);
    for (let i = 0; i < 1_002; i++) exchange.place(i % 2 ? ALICE : CAROL, "SELL YES 1 @ 500");
    const taken = exchange.place(DAVE, "BUY YES 1002 @ 500");
    assert.deepEqual(ending(taken), ["cancelled", "fill_limit", 1_000]);
    assert.deepEqual(exchange.book().asks, [[500, 2]]);
    assert.deepEqual(ending(exchange.place(BOB, "BUY YES 2 @ 500")), ["filled", null, 2]);
    assert.deepEqual(core.audit(), []);
  });
});
