import assert from "node:assert/strict";
import { it } from "mocha";
import { TimeInForce } from "../../../protocol/order.ts";
import { ALICE, address, BOB, START_SECONDS, startedDriver } from "./driver.ts";
import { describeEngines } from "./engine-under-test.ts";

describeEngines("admission", (createEngine) => {
  it("refuses an unknown market before all else", () => {
    const exchange = startedDriver(createEngine());
    exchange.refuses("market_unknown", ALICE, "BUY YES 0 @ 0", { marketId: 9 });
  });

  it("refuses while trading is paused", () => {
    const exchange = startedDriver(createEngine());
    exchange.block({ type: "trading_paused" });
    exchange.refuses("trading_paused", ALICE, "BUY YES 1 @ 500");
    exchange.block({ type: "trading_resumed" });
    exchange.place(ALICE, "BUY YES 1 @ 500");
  });

  it("refuses prices outside 1 … 999", () => {
    const exchange = startedDriver(createEngine());
    exchange.refuses("price_out_of_range", ALICE, "BUY YES 1 @ 0");
    exchange.refuses("price_out_of_range", ALICE, "BUY YES 1 @ 1000");
    exchange.place(ALICE, "BUY YES 1 @ 1");
    exchange.place(ALICE, "BUY YES 1 @ 999");
  });

  it("refuses a price off the market's step", () => {
    const exchange = startedDriver(createEngine(), { priceStep: 10 });
    exchange.refuses("price_off_step", ALICE, "BUY YES 1 @ 505");
    exchange.place(ALICE, "BUY YES 1 @ 510");
  });

  it("refuses quantities outside 1 … 4294967294", () => {
    const exchange = startedDriver(createEngine());
    exchange.refuses("quantity_out_of_range", ALICE, "BUY YES 0 @ 500");
    exchange.refuses("quantity_out_of_range", ALICE, "BUY YES 4294967295 @ 500");
  });

  it("takes the largest order that there can be", () => {
    const exchange = startedDriver(createEngine());
    exchange.deposit(ALICE, 4294967294 * 9990);
    exchange.place(ALICE, "BUY YES 4294967294 @ 999");
    assert.deepEqual(exchange.cash(ALICE), [100_000_000, 4294967294 * 9990, 0]);
  });

  it("refuses a GTD order without expiry, and an expiry without GTD", () => {
    const exchange = startedDriver(createEngine());
    const expiry = START_SECONDS + 100;
    for (const timeInForce of [TimeInForce.GTD, TimeInForce.POST_ONLY_GTD]) {
      exchange.refuses("order_expiry_required", ALICE, "BUY YES 1 @ 500", { timeInForce });
      exchange.place(ALICE, "BUY YES 1 @ 500", { timeInForce, expiry });
    }
    exchange.refuses("order_expiry_unexpected", ALICE, "BUY YES 1 @ 500", { expiry });
  });

  it("refuses an expiry that has passed", () => {
    const exchange = startedDriver(createEngine());
    const timeInForce = TimeInForce.GTD;
    const expiry = START_SECONDS;
    exchange.refuses("order_expired", ALICE, "BUY YES 1 @ 500", { timeInForce, expiry });
  });

  it("refuses an expiry that leaves settlement no time", () => {
    const exchange = startedDriver(createEngine({ expiryLeadMs: 10_000 }));
    const timeInForce = TimeInForce.GTD;
    const tooSoon = { timeInForce, expiry: START_SECONDS + 10 };
    exchange.refuses("order_expired", ALICE, "BUY YES 1 @ 500", tooSoon);
    exchange.place(ALICE, "BUY YES 1 @ 500", { timeInForce, expiry: START_SECONDS + 11 });
  });

  it("refuses a fee cap below the market's fee, except for post-only orders", () => {
    const exchange = startedDriver(createEngine(), { takerFeeBps: 100 });
    exchange.refuses("fee_cap_too_low", ALICE, "BUY YES 1 @ 500", { maxFeeBps: 99 });
    exchange.place(ALICE, "BUY YES 1 @ 500", { maxFeeBps: 100 });
    const timeInForce = TimeInForce.POST_ONLY;
    exchange.place(ALICE, "BUY YES 1 @ 500", { maxFeeBps: 0, timeInForce });
  });

  it("refuses a signer that is neither the maker nor its delegate", () => {
    const exchange = startedDriver(createEngine());
    exchange.refuses("signature_invalid", ALICE, "BUY YES 1 @ 500", { signer: BOB });
  });

  it("refuses a nonce that was used, in any market, even when its order is gone", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 1 @ 500", { nonce: "7" });
    exchange.refuses("nonce_used", ALICE, "BUY NO 1 @ 100", { nonce: "7" });
    exchange.cancel(ALICE, order.hash);
    exchange.refuses("nonce_used", ALICE, "BUY YES 1 @ 500", { nonce: "7" });
    exchange.place(BOB, "BUY YES 1 @ 400", { nonce: "7" });
  });

  it("refuses a client id that the account has used", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 1 @ 500", { clientId: "one" });
    exchange.refuses("client_id_used", ALICE, "BUY YES 1 @ 500", { clientId: "one" });
    exchange.place(BOB, "BUY YES 1 @ 500", { clientId: "one" });
  });

  it("refuses an order that free cash does not cover, and says what would", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "BUY YES 15000 @ 600");
    assert.deepEqual(exchange.refuses("insufficient_cash", ALICE, "BUY YES 3000 @ 600"), {
      freeMicro: "10000000",
      lockedMicro: "90000000",
      neededMicro: "18000000",
    });
  });

  it("refuses an order that free shares do not cover, and says what would", () => {
    const exchange = startedDriver(createEngine());
    exchange.place(ALICE, "SELL NO 900 @ 600");
    assert.deepEqual(exchange.refuses("insufficient_shares", ALICE, "SELL NO 101 @ 600"), {
      freeLots: "100",
      lockedLots: "900",
      neededLots: "101",
    });
    exchange.place(ALICE, "SELL YES 1000 @ 600");
  });

  it("refuses an account that the chain has never shown", () => {
    const exchange = startedDriver(createEngine());
    exchange.refuses("insufficient_cash", address("99"), "BUY YES 1 @ 1");
    exchange.refuses("insufficient_shares", address("99"), "SELL YES 1 @ 1");
  });

  it("refuses more resting orders than an account may have", () => {
    const exchange = startedDriver(createEngine({ maxOpenOrdersPerAccount: 2 }));
    const { order } = exchange.place(ALICE, "BUY YES 1 @ 500");
    exchange.place(ALICE, "BUY YES 1 @ 500");
    exchange.refuses("too_many_open_orders", ALICE, "BUY YES 1 @ 500");
    exchange.place(ALICE, "BUY YES 1 @ 500", { timeInForce: TimeInForce.FAK });
    exchange.cancel(ALICE, order.hash);
    exchange.place(ALICE, "BUY YES 1 @ 500");
  });

  it("keeps the nonce and the client id of a refused order free", () => {
    const exchange = startedDriver(createEngine());
    const id = { nonce: "7", clientId: "one" };
    exchange.refuses("insufficient_cash", ALICE, "BUY YES 4294967294 @ 999", id);
    exchange.place(ALICE, "BUY YES 1 @ 500", id);
  });

  it("answers the same signed order with the order as it stands, and never matches it again", () => {
    const exchange = startedDriver(createEngine());
    const first = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" });
    exchange.place(BOB, "SELL YES 30 @ 500");
    const again = exchange.place(ALICE, "BUY YES 100 @ 500", {
      nonce: "7",
      hash: first.order.hash.toUpperCase().replace("0X", "0x") as typeof first.order.hash,
    });
    assert.equal(first.repeated, false);
    assert.equal(again.repeated, true);
    assert.equal(again.order.filledLots, 30);
    assert.equal(again.fills.length, 1);
    assert.deepEqual(exchange.book().bids, [[500, 70]]);
  });

  it("tells a known order to nobody who may not have signed it", () => {
    const exchange = startedDriver(createEngine());
    const { order } = exchange.place(ALICE, "BUY YES 100 @ 500", { nonce: "7" });
    const forged = { nonce: "7", hash: order.hash, signer: BOB };
    exchange.refuses("signature_invalid", ALICE, "BUY YES 100 @ 500", forged);
  });

  it("takes addresses in any letter case", () => {
    const exchange = startedDriver(createEngine());
    const shouted = `0x${"A1".repeat(20)}` as const;
    const { order } = exchange.place(shouted, "BUY YES 1 @ 500", { signer: ALICE });
    assert.equal(order.order.maker, ALICE);
  });
});
