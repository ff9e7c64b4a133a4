import assert from "node:assert/strict";
import { it } from "mocha";
import { TimeInForce } from "../../../protocol/order.ts";
import { ALICE, BOB, CAROL, hash, START_SECONDS, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

describeEngines("amend", (createEngine) => {
  it("is refused when it names no order of the same maker and nonce", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    const unknown = { nonce: "7", replaces: hash(999) };
    exchange.refuses("order_unknown", ALICE, "BUY YES 50 @ 500", unknown);
    const otherNonce = { nonce: "8", replaces: first };
    exchange.refuses("order_unknown", ALICE, "BUY YES 50 @ 500", otherNonce);
    const otherMaker = { nonce: "7", replaces: first };
    exchange.refuses("order_unknown", BOB, "BUY YES 50 @ 500", otherMaker);
  });

  it("is refused when it changes the market, the outcome or the side", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    const options = { nonce: "7", replaces: first };
    exchange.refuses("nonce_used", ALICE, "BUY NO 100 @ 500", options);
    exchange.refuses("nonce_used", ALICE, "SELL YES 100 @ 500", options);
  });

  it("is refused when the order is not open any more", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    exchange.cancel(ALICE, first);
    const options = { nonce: "7", replaces: first };
    exchange.refuses("order_not_open", ALICE, "BUY YES 50 @ 500", options);
  });

  it("is refused when nothing would be left to fill", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    exchange.place(BOB, "SELL YES 60 @ 500");
    const options = { nonce: "7", replaces: first };
    exchange.refuses("quantity_out_of_range", ALICE, "BUY YES 60 @ 500", options);
    assert.equal(exchange.order(first).status, "partially_filled");
  });

  it("carries the filled quantity over", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    exchange.place(BOB, "SELL YES 60 @ 500");
    const options = { nonce: "7", replaces: first };
    const { order } = exchange.place(ALICE, "BUY YES 150 @ 510", options);
    assert.deepEqual([order.status, order.filledLots], ["partially_filled", 60]);
    assert.deepEqual(exchange.book().bids, [[510, 90]]);
    const old = exchange.order(first);
    assert.deepEqual([old.status, old.cancelReason], ["cancelled", "replaced"]);
    assert.deepEqual(exchange.cash(ALICE), [100_000_000 - 300_000 - 459_000, 459_000, 0]);
  });

  it("keeps its place in the queue when only the quantity falls", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    exchange.place(CAROL, "BUY YES 100 @ 500");
    const options = { nonce: "7", replaces: first };
    const { order } = exchange.place(ALICE, "BUY YES 50 @ 500", options);
    assert.deepEqual(exchange.book().bids, [[500, 150]]);
    const { fills } = exchange.place(BOB, "SELL YES 60 @ 500");
    assert.deepEqual(
      fills.map((fill) => [fill.makerHash === order.hash, fill.quantityLots]),
      [
        [true, 50],
        [false, 10],
      ],
    );
  });

  it("loses its place when the quantity grows or the price moves", () => {
    for (const text of ["BUY YES 101 @ 500", "BUY YES 50 @ 501"]) {
      const exchange = startedDriver(createEngine());
      const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
      const second = exchange.place(CAROL, "BUY YES 100 @ 500").order.hash;
      exchange.place(ALICE, text, { nonce: "7", replaces: first });
      if (text.endsWith("501")) exchange.place(BOB, "SELL YES 50 @ 501");
      const { fills } = exchange.place(BOB, "SELL YES 10 @ 500");
      assert.equal(fills[0]?.makerHash, second);
    }
  });

  it("loses its place when its expiry moves", () => {
    const exchange = startedDriver(createEngine());
    const timeInForce = TimeInForce.GTD;
    const dated = { nonce: "7", timeInForce, expiry: START_SECONDS + 100 };
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", dated).order.hash;
    const second = exchange.place(CAROL, "BUY YES 100 @ 500").order.hash;
    const later = { ...dated, replaces: first, expiry: START_SECONDS + 200 };
    exchange.place(ALICE, "BUY YES 100 @ 500", later);
    const { fills } = exchange.place(BOB, "SELL YES 10 @ 500");
    assert.equal(fills[0]?.makerHash, second);
  });

  it("keeps its expiry when it keeps its place", () => {
    const exchange = startedDriver(createEngine());
    const timeInForce = TimeInForce.GTD;
    const dated = { nonce: "7", timeInForce, expiry: START_SECONDS + 100 };
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", dated).order.hash;
    const { order } = exchange.place(ALICE, "BUY YES 60 @ 500", { ...dated, replaces: first });
    exchange.wait(100);
    assert.equal(exchange.order(order.hash).status, "expired");
    assert.deepEqual(exchange.cash(ALICE), [100_000_000, 0, 0]);
  });

  it("does not count as one more open order", () => {
    const exchange = startedDriver(createEngine({ maxOpenOrdersPerAccount: 1 }));
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    exchange.place(ALICE, "BUY YES 100 @ 510", { nonce: "7", replaces: first });
    exchange.refuses("too_many_open_orders", ALICE, "BUY YES 1 @ 500");
  });

  it("may use the cash that the amended order held", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 19000 @ 500", { nonce: "7" }).order.hash;
    const options = { nonce: "7", replaces: first };
    exchange.place(ALICE, "BUY YES 20000 @ 500", options);
    assert.deepEqual(exchange.cash(ALICE), [0, 100_000_000, 0]);
  });

  it("matches when its new price crosses", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(BOB, "SELL YES 30 @ 520");
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    const options = { nonce: "7", replaces: first };
    const { order, fills } = exchange.place(ALICE, "BUY YES 100 @ 520", options);
    assert.equal(fills.length, 1);
    assert.equal(order.filledLots, 30);
  });

  it("can be amended again, but only its latest form", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    const second = exchange.place(ALICE, "BUY YES 90 @ 500", { nonce: "7", replaces: first });
    const stale = { nonce: "7", replaces: first };
    exchange.refuses("order_not_open", ALICE, "BUY YES 80 @ 500", stale);
    exchange.place(ALICE, "BUY YES 80 @ 500", { nonce: "7", replaces: second.order.hash });
    assert.deepEqual(exchange.book().bids, [[500, 80]]);
  });

  it("keeps the amended order when it is refused", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(BOB, "SELL YES 30 @ 520");
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" }).order.hash;
    exchange.refuses("post_only_would_cross", ALICE, "BUY YES 100 @ 520", {
      nonce: "7",
      replaces: first,
      timeInForce: TimeInForce.POST_ONLY,
    });
    assert.equal(exchange.order(first).status, "open");
  });
});
