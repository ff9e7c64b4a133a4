import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { orderNeeds, ruleFailures } from "../../../api/orders/order-rules.ts";
import type { OrderJson } from "../../../protocol/engine/command.ts";
import type { MarketView } from "../../../protocol/engine/view.ts";
import { TimeInForce } from "../../../protocol/order.ts";

const NOW_SECONDS = 1_800_000_000;

const MARKET: MarketView = {
  marketId: 1,
  groupId: null,
  slug: "a-market",
  question: "Does it?",
  rules: "YES if it does.",
  category: "test",
  resolver: "0x00000000000000000000000000000000000000aa",
  closeTime: NOW_SECONDS + 1000,
  resolveDeadline: NOW_SECONDS + 2000,
  takerFeeBps: 20,
  priceStep: 10,
  status: "open",
  heldPhase: "open",
  payoutYes: null,
};

function order(fields: Partial<OrderJson> = {}): OrderJson {
  return {
    maker: "0x00000000000000000000000000000000000000bb",
    marketId: 1,
    outcome: 1,
    side: 0,
    price: 400,
    quantity: 100,
    timeInForce: TimeInForce.GTC,
    maxFeeBps: 20,
    expiry: 0,
    nonce: "1",
    ...fields,
  };
}

function codes(fields: Partial<OrderJson>, market: MarketView | null = MARKET): string[] {
  return ruleFailures(order(fields), market, NOW_SECONDS).map(({ code }) => code);
}

describe("the rules that an order's fields must keep", () => {
  it("finds each fault by its code, and all of them together", () => {
    assert.deepEqual(codes({ timeInForce: TimeInForce.GTD }), ["order_expiry_required"]);
    assert.deepEqual(codes({ expiry: NOW_SECONDS + 9 }), ["order_expiry_unexpected"]);
    assert.deepEqual(codes({ timeInForce: TimeInForce.POST_ONLY_GTD, expiry: NOW_SECONDS }), [
      "order_expired",
    ]);
    assert.deepEqual(codes({ price: 405 }), ["price_off_step"]);
    assert.deepEqual(codes({}, null), ["market_unknown"]);
    assert.deepEqual(codes({}, { ...MARKET, status: "closed" }), ["market_not_open"]);
    assert.deepEqual(codes({}, { ...MARKET, closeTime: NOW_SECONDS }), ["market_not_open"]);
    assert.deepEqual(codes({ price: 1000, quantity: 0, maxFeeBps: 19 }), [
      "price_out_of_range",
      "quantity_out_of_range",
      "fee_cap_too_low",
    ]);
  });

  it("asks a fee cap of those who may take, and of no other", () => {
    for (const timeInForce of [TimeInForce.GTC, TimeInForce.FOK, TimeInForce.FAK]) {
      assert.deepEqual(codes({ timeInForce, maxFeeBps: 0 }), ["fee_cap_too_low"]);
    }
    assert.deepEqual(codes({ timeInForce: TimeInForce.POST_ONLY, maxFeeBps: 0 }), []);
    const expiry = NOW_SECONDS + 9;
    const timeInForce = TimeInForce.POST_ONLY_GTD;
    assert.deepEqual(codes({ timeInForce, expiry, maxFeeBps: 0 }), []);
  });

  it("names what an order locks: shares, or its cost with the fee of a taker", () => {
    assert.deepEqual(orderNeeds(order({ side: 1, outcome: 0 }), MARKET), {
      asset: "no",
      amount: "100",
    });
    assert.deepEqual(orderNeeds(order(), MARKET), { asset: "cash", amount: "400800" });
    const postOnly = order({ timeInForce: TimeInForce.POST_ONLY });
    assert.deepEqual(orderNeeds(postOnly, MARKET), { asset: "cash", amount: "400000" });
  });
});
