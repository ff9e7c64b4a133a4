import assert from "node:assert/strict";
import { it } from "mocha";
import { ALICE, BOB, failure, hash, marketCreated, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

describeEngines("cancel", (createEngine) => {
  it("is refused for an unknown order and for another account's", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 100 @ 500");
    failure("order_unknown", exchange.cancel(ALICE, hash(999)));
    failure("order_unknown", exchange.cancel(BOB, order.hash));
    assert.equal(exchange.order(order.hash).status, "open");
  });

  it("is refused once the order is final", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 100 @ 500");
    exchange.cancel(ALICE, order.hash);
    failure("order_not_open", exchange.cancel(ALICE, order.hash));
  });

  it("frees what the rest of the order locked", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 100 @ 500");
    exchange.place(BOB, "SELL YES 40 @ 500");
    assert.deepEqual(exchange.cash(ALICE), [99_500_000, 300_000, 0]);
    exchange.cancel(ALICE, order.hash);
    assert.deepEqual(exchange.cash(ALICE), [99_800_000, 0, 0]);
    const { status, cancelReason, filledLots } = exchange.order(order.hash);
    assert.deepEqual([status, cancelReason, filledLots], ["cancelled", "user", 40]);
    assert.deepEqual(exchange.book(), { bids: [], asks: [] });
  });

  it("of all orders takes one account's, of one market or of all, oldest first", () => {
    const exchange = startedDriver(createEngine());
    exchange.block(marketCreated(2));
    const first = exchange.place(ALICE, "BUY YES 1 @ 500").order.hash;
    const other = exchange.place(ALICE, "BUY YES 1 @ 500", { marketId: 2 }).order.hash;
    const third = exchange.place(ALICE, "BUY NO 1 @ 400").order.hash;
    exchange.place(BOB, "BUY YES 1 @ 500");
    const all = (marketId?: number) =>
      exchange.send({ kind: "cancel_all", maker: ALICE, ...(marketId ? { marketId } : {}) })
        .verdict;
    failure("market_unknown", all(9));
    assert.deepEqual(all(1), { ok: true, kind: "cancel_all", cancelled: [first, third] });
    assert.deepEqual(all(), { ok: true, kind: "cancel_all", cancelled: [other] });
    assert.deepEqual(all(), { ok: true, kind: "cancel_all", cancelled: [] });
    assert.deepEqual(exchange.book().bids, [[500, 1]]);
  });

  it("works while trading is paused", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 1 @ 500");
    exchange.block({ type: "trading_paused" });
    assert.equal(exchange.cancel(ALICE, order.hash)?.ok, true);
  });
});
