import assert from "node:assert/strict";
import { it } from "mocha";
import { TimeInForce } from "../../../protocol/order.ts";
import { ALICE, BOB, CAROL, failure, START_SECONDS, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

const { GTD, FOK, FAK, POST_ONLY, POST_ONLY_GTD } = TimeInForce;

describeEngines("time in force", (createEngine) => {
  it("FOK is refused when the book cannot fill it within its limit, and leaves no trace", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 50 @ 500");
    exchange.place(ALICE, "SELL YES 50 @ 511");
    exchange.refuses("fok_not_filled", BOB, "BUY YES 51 @ 510", { timeInForce: FOK, nonce: "9" });
    assert.deepEqual(exchange.book().asks[0], [500, 50]);
    assert.deepEqual(exchange.cash(BOB), [100_000_000, 0, 0]);
    exchange.place(BOB, "BUY YES 1 @ 100", { nonce: "9" });
  });

  it("FOK fills completely over several prices", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 50 @ 500");
    exchange.place(CAROL, "BUY NO 50 @ 490");
    const { order, fills } = exchange.place(BOB, "BUY YES 100 @ 510", { timeInForce: FOK });
    assert.equal(order.status, "filled");
    assert.deepEqual(
      fills.map((fill) => fill.yesPriceTicks),
      [500, 510],
    );
  });

  it("FOK does not count the account's own orders", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(BOB, "SELL YES 50 @ 500");
    exchange.place(ALICE, "SELL YES 50 @ 505");
    exchange.refuses("fok_not_filled", BOB, "BUY YES 51 @ 510", { timeInForce: FOK });
    const { order } = exchange.place(BOB, "BUY YES 50 @ 510", { timeInForce: FOK });
    assert.equal(order.status, "filled");
  });

  it("FOK beyond its owner's funds, or while matching waits, is refused for that, whatever is offered", () => {
    const exchange = startedDriver(createEngine({ maxUnsettledFills: 1 }));
    exchange.place(ALICE, "SELL YES 50 @ 500");
    const options = { timeInForce: FOK };
    exchange.refuses("insufficient_cash", BOB, "BUY YES 4000000 @ 510", options);
    exchange.refuses("insufficient_cash", BOB, "BUY YES 4000000 @ 400", options);
    exchange.place(BOB, "BUY YES 1 @ 500");
    exchange.refuses("settlement_behind", CAROL, "BUY YES 51 @ 510", options);
    exchange.refuses("fok_not_filled", CAROL, "BUY YES 51 @ 400", options);
  });

  it("FAK fills what there is and cancels the rest", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 50 @ 500");
    const { order } = exchange.place(BOB, "BUY YES 80 @ 510", { timeInForce: FAK });
    assert.deepEqual([order.status, order.cancelReason], ["cancelled", "fak_remainder"]);
    assert.deepEqual([order.filledLots, order.remainingLots], [50, 30]);
    assert.deepEqual(exchange.book(), { bids: [], asks: [] });
    assert.deepEqual(exchange.cash(BOB), [99_750_000, 0, 0]);
  });

  it("FAK is cancelled at once when nothing is in reach", () => {
    const exchange = startedDriver(createEngine());
    const { order, fills } = exchange.place(BOB, "BUY YES 80 @ 510", { timeInForce: FAK });
    assert.deepEqual([order.status, order.cancelReason], ["cancelled", "fak_remainder"]);
    assert.equal(fills.length, 0);
  });

  it("post-only is refused when it would take, and rests when it would not", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL YES 50 @ 500");
    for (const timeInForce of [POST_ONLY, POST_ONLY_GTD]) {
      const expiry = timeInForce === POST_ONLY_GTD ? START_SECONDS + 50 : 0;
      const options = { timeInForce, expiry };
      exchange.refuses("post_only_would_cross", BOB, "BUY YES 1 @ 500", options);
      exchange.refuses("post_only_would_cross", ALICE, "BUY YES 1 @ 500", options);
      assert.equal(exchange.place(BOB, "BUY YES 1 @ 499", options).order.status, "open");
    }
  });

  it("GTD leaves the book when its expiry has passed", () => {
    const exchange = startedDriver(createEngine());
    const expiry = START_SECONDS + 10;
    const { order } = exchange.place(ALICE, "SELL YES 50 @ 500", { timeInForce: GTD, expiry });
    exchange.wait(9);
    assert.equal(exchange.order(order.hash).status, "open");
    exchange.wait(1);
    assert.equal(exchange.order(order.hash).status, "expired");
    assert.equal(exchange.order(order.hash).cancelReason, null);
    assert.deepEqual(exchange.shares(ALICE, "YES"), [1000, 0, 0]);
    failure("order_not_open", exchange.cancel(ALICE, order.hash));
  });

  it("GTD never matches once its expiry has passed, though no tick came", () => {
    const exchange = startedDriver(createEngine());
    const expiry = START_SECONDS + 10;
    exchange.place(ALICE, "SELL YES 50 @ 500", { timeInForce: GTD, expiry });
    exchange.timeMs += 10_000;
    const { fills } = exchange.place(BOB, "BUY YES 50 @ 500");
    assert.equal(fills.length, 0);
  });

  it("GTD leaves the book early enough to settle before its expiry", () => {
    const exchange = startedDriver(createEngine({ expiryLeadMs: 10_000 }));
    const expiry = START_SECONDS + 30;
    const { order } = exchange.place(ALICE, "SELL YES 50 @ 500", { timeInForce: GTD, expiry });
    exchange.wait(19);
    assert.equal(exchange.order(order.hash).status, "open");
    exchange.wait(1);
    assert.equal(exchange.order(order.hash).status, "expired");
  });
});
