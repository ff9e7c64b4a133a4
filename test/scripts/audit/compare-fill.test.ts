import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { FillView } from "../../../protocol/engine/view.ts";
import type { Order } from "../../../protocol/order.ts";
import { fillDifference } from "../../../scripts/audit/compare-fill.ts";
import type { SettledFill } from "../../../scripts/audit/settled-batches.ts";

const MAKER = `0x${"aB".repeat(20)}` as const;
const ORDER: Order = {
  maker: MAKER,
  marketId: 1,
  outcome: 1,
  side: 0,
  price: 400,
  quantity: 100,
  timeInForce: 0,
  maxFeeBps: 50,
  expiry: 0,
  nonce: 7n,
};
const LONG = `0x${"11".repeat(64)}1b` as const;
const COMPACT = `0x${"11".repeat(64)}` as const;
const FEES = { takerNonce: 7n, makerNonce: 7n, quantityLots: 60, yesPriceTicks: 400 };
const LEG = { outcome: 1, side: 0 } as const;

const SETTLED: SettledFill = {
  batchId: 1,
  fillIndex: 0,
  taker: { order: ORDER, signature: COMPACT },
  maker: { order: ORDER, signature: COMPACT },
  quantityLots: 60,
  yesPriceTicks: 400,
  data: { ...FEES, feeMicro: 12n, takerLeg: LEG, makerLeg: LEG },
};
const REPLAYED = { quantityLots: 60, yesPriceTicks: 400, feeMicro: "12" } as FillView;
const OWN = {
  order: { ...ORDER, maker: MAKER.toLowerCase() as typeof MAKER, nonce: "7" },
  signature: LONG,
};

describe("a settled fill beside the replay's", () => {
  it("differs by each term of either order", () => {
    for (const term of Object.keys(ORDER) as (keyof Order)[]) {
      const value = term === "maker" ? `0x${"cd".repeat(20)}` : Number(ORDER[term]) + 1;
      const other = { ...OWN, order: { ...OWN.order, [term]: value } };
      assert.match(
        fillDifference(SETTLED, REPLAYED, other, OWN) ?? "",
        new RegExp(`taker's ${term}`),
      );
      assert.match(
        fillDifference(SETTLED, REPLAYED, OWN, other) ?? "",
        new RegExp(`maker's ${term}`),
      );
    }
  });

  it("differs by either signature", () => {
    const other = { ...OWN, signature: `0x${"11".repeat(64)}1c` as const };
    assert.equal(fillDifference(SETTLED, REPLAYED, other, OWN), "taker's signature");
    assert.equal(fillDifference(SETTLED, REPLAYED, OWN, other), "maker's signature");
  });

  it("differs by quantity, price and fee", () => {
    for (const [changed, name] of [
      [{ quantityLots: 61 }, /^quantity 60 in place of 61/],
      [{ yesPriceTicks: 401 }, /^price 400 in place of 401/],
      [{ feeMicro: "13" }, /^fee 12 in place of 13/],
    ] as const) {
      assert.match(fillDifference(SETTLED, { ...REPLAYED, ...changed }, OWN, OWN) ?? "", name);
    }
  });

  it("is the same whatever the letter case and the signature's form; a skipped one paid no fee", () => {
    assert.equal(fillDifference(SETTLED, REPLAYED, OWN, OWN), null);
    const skipped = { ...SETTLED, data: null };
    assert.equal(fillDifference(skipped, { ...REPLAYED, feeMicro: "13" }, OWN, OWN), null);
  });
});
