import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Hex } from "viem";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import {
  EXIT_DELAY_SECONDS,
  MARKET_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

describe("settle: why a fill is skipped", () => {
  // Market 1 steps by 1, market 2 by 10 with a fee of 1 %.
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.createMarket({ priceStep: 10, takerFeeBps: 100 });
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fund(owner, 10_000_000n);
      for (const marketId of [1, 2]) await fixture.fundShares(owner, marketId, 1000);
    }
  });

  interface Fill {
    quantityLots: number;
    yesPriceTicks: number;
  }

  const reason = async (taker: SignedOrder, maker: SignedOrder, fill: Partial<Fill> = {}) => {
    const { skipped, outcomes } = await x.settle(
      [taker, maker],
      [{ takerIndex: 0, makerIndex: 1, quantityLots: 10, yesPriceTicks: 500, ...fill }],
    );
    assert.equal(outcomes[0], skipped.get(0) ?? 0);
    return skipped.has(0) ? skipReasonName(skipped.get(0) ?? 0) : "settled";
  };
  const buy = (terms: Partial<Order> = {}) => x.order(x.alice, terms);
  const sell = (terms: Partial<Order> = {}) => x.order(x.bob, { side: 1, ...terms });

  /** Names the reason for the same fault at the taker's and at the maker's order. */
  async function both(terms: Partial<Order>, fill?: Partial<Fill>): Promise<string[]> {
    return [
      await reason(await buy(terms), await sell({ marketId: terms.marketId ?? 1 }), fill),
      await reason(await buy({ marketId: terms.marketId ?? 1 }), await sell(terms), fill),
    ];
  }

  const ofBoth = (name: string) => [`taker_${name}`, `maker_${name}`];

  it("settles when nothing is amiss", async () => {
    assert.equal(await reason(await buy(), await sell()), "settled");
  });

  it("names a signature by another, of other terms, of another exchange, or of nobody", async () => {
    const stranger = await x.order(x.alice, {}, x.carol);
    assert.equal(await reason(stranger, await sell()), "taker_signature_invalid");
    const order = await sell();
    const changed = { ...order, order: { ...order.order, price: 400 } };
    assert.equal(await reason(await buy(), changed), "maker_signature_invalid");
    const none = { ...(await buy()), signature: `0x${"00".repeat(64)}` as Hex };
    assert.equal(await reason(none, await sell()), "taker_signature_invalid");
  });

  it("names the twin of a signature, whose s is high", async () => {
    const order = await buy();
    const s = CURVE_ORDER - BigInt(`0x${order.signature.slice(66, 130)}`);
    const v = order.signature.endsWith("1b") ? "1c" : "1b";
    const twin = `${order.signature.slice(0, 66)}${s.toString(16).padStart(64, "0")}${v}` as Hex;
    assert.equal(
      await reason({ ...order, signature: twin }, await sell()),
      "taker_signature_invalid",
    );
  });

  it("names a time in force beyond the known ones", async () => {
    assert.deepEqual(await both({ timeInForce: 6 as 5 }), ofBoth("time_in_force_invalid"));
  });

  it("names a limit price outside 1 … 999 or off the step", async () => {
    for (const price of [0, 1000, 65_535]) {
      assert.deepEqual(await both({ price }), ofBoth("price_invalid"));
    }
    assert.deepEqual(await both({ price: 505, marketId: 2 }), ofBoth("price_invalid"));
  });

  it("names a quantity of none, or of the cancel mark", async () => {
    for (const quantity of [0, 0xffff_ffff]) {
      assert.deepEqual(await both({ quantity }), ofBoth("quantity_invalid"));
    }
  });

  it("names an order past its expiry and grace, and settles within the grace", async () => {
    const expiry = x.startTime + 1000;
    const last = expiry + SETTLEMENT_GRACE_SECONDS;
    await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(last) });
    assert.equal(await reason(await buy({ expiry }), await sell({ expiry })), "settled");
    await x.chain.travelTo(last + 1);
    assert.deepEqual(await both({ expiry }), ofBoth("expired"));
  });

  it("names a nonce below the cancel floor once the floor is in force", async () => {
    await x.write(x.bob, "raiseCancelFloor", [50n]);
    assert.equal(await reason(await buy(), await sell({ nonce: 49n })), "settled");
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    assert.equal(await reason(await buy(), await sell({ nonce: 49n })), "maker_nonce_below_floor");
    assert.equal(await reason(await buy(), await sell({ nonce: 50n })), "settled");
  });

  it("names a market that is unknown, proposed or resolved", async () => {
    assert.deepEqual(await both({ marketId: 9 }), [
      "taker_market_not_open",
      "taker_market_not_open",
    ]);
    await x.chain.travelTo(x.startTime + MARKET_SECONDS + SETTLEMENT_GRACE_SECONDS + 1);
    await x.write(x.resolver, "propose", [1n, 1000]);
    assert.equal(await reason(await buy(), await sell()), "taker_market_not_open");
    await x.write(x.resolver, "resolve", [1n, 1000]);
    assert.equal(await reason(await buy(), await sell()), "taker_market_not_open");
  });

  it("names a market past its close and grace, and settles within the grace", async () => {
    const last = x.startTime + MARKET_SECONDS + SETTLEMENT_GRACE_SECONDS;
    await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(last) });
    assert.equal(await reason(await buy(), await sell()), "settled");
    await x.chain.travelTo(last + 1);
    assert.equal(await reason(await buy(), await sell()), "taker_market_closed");
  });

  it("names an account that meets itself, by its own key or a delegate's", async () => {
    assert.equal(await reason(await buy(), await x.order(x.alice, { side: 1 })), "self_trade");
    await x.write(x.alice, "addDelegate", [x.carol.address]);
    const delegated = await x.order(x.alice, { side: 1 }, x.carol);
    assert.equal(await reason(await buy(), delegated), "self_trade");
  });

  it("names an order that meets itself", async () => {
    const order = await buy();
    const fill = { takerIndex: 0, makerIndex: 0, quantityLots: 10, yesPriceTicks: 500 };
    const { skipped } = await x.settle([order], [fill]);
    assert.equal(skipReasonName(skipped.get(0) ?? 0), "self_trade");
  });

  it("names orders of two markets", async () => {
    assert.equal(await reason(await buy(), await sell({ marketId: 2 })), "markets_differ");
  });

  it("names two bids and two asks of either outcome", async () => {
    assert.equal(await reason(await buy(), await x.order(x.bob)), "sides_equal");
    assert.equal(await reason(await buy(), await sell({ outcome: 0 })), "sides_equal");
    assert.equal(await reason(await buy({ outcome: 0 }), await sell()), "sides_equal");
    assert.equal(await reason(await buy({ side: 1 }), await sell()), "sides_equal");
  });

  it("names a fill of nothing", async () => {
    assert.equal(
      await reason(await buy(), await sell(), { quantityLots: 0 }),
      "fill_quantity_zero",
    );
  });

  it("names a fill off the market's step", async () => {
    const [taker, maker] = [await buy({ marketId: 2, price: 510 }), await sell({ marketId: 2 })];
    assert.equal(await reason(taker, maker, { yesPriceTicks: 505 }), "fill_price_invalid");
  });

  it("names a fill outside of a limit, for every leg", async () => {
    const cases = [
      [{ outcome: 1, side: 0, price: 490 }, { outcome: 1, side: 1 }, "taker"],
      [{ outcome: 1, side: 0 }, { outcome: 1, side: 1, price: 510 }, "maker"],
      [{ outcome: 0, side: 0, price: 490 }, { outcome: 0, side: 1 }, "taker"],
      [{ outcome: 0, side: 0 }, { outcome: 0, side: 1, price: 510 }, "maker"],
      [{ outcome: 1, side: 0 }, { outcome: 0, side: 0, price: 499 }, "maker"],
      [{ outcome: 1, side: 1 }, { outcome: 0, side: 1, price: 501 }, "maker"],
    ] as const;
    for (const [taker, maker, fault] of cases) {
      assert.equal(await reason(await buy(taker), await sell(maker)), `${fault}_limit_exceeded`);
    }
  });

  it("names a price of 0 or above the scale as beyond a limit", async () => {
    assert.equal(
      await reason(await buy(), await sell(), { yesPriceTicks: 0 }),
      "maker_limit_exceeded",
    );
    const over = await reason(await buy({ price: 999 }), await sell(), { yesPriceTicks: 1000 });
    assert.equal(over, "taker_limit_exceeded");
  });

  it("names an order that was cancelled for good", async () => {
    await x.write(x.bob, "requestCancel", [[7n]]);
    assert.equal(await reason(await buy(), await sell({ nonce: 7n })), "settled");
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.carol, "finalizeCancel", [x.bob.address, [7n]]);
    assert.equal(await reason(await buy(), await sell({ nonce: 7n })), "maker_order_cancelled");
  });

  it("names more than is left of an order, now or from earlier batches", async () => {
    const maker = await sell({ quantity: 25 });
    assert.equal(await reason(await buy(), maker, { quantityLots: 26 }), "maker_overfilled");
    assert.equal(await reason(await buy(), maker, { quantityLots: 20 }), "settled");
    assert.equal(
      await reason(await buy({ quantity: 5 }), maker, { quantityLots: 6 }),
      "taker_overfilled",
    );
    assert.equal(await reason(await buy(), maker, { quantityLots: 6 }), "maker_overfilled");
    assert.equal(await reason(await buy(), maker, { quantityLots: 5 }), "settled");
  });

  it("names an overflowing quantity as more than is left", async () => {
    const [taker, maker] = [
      await buy({ quantity: 0xffff_fffe }),
      await sell({ quantity: 0xffff_fffe }),
    ];
    const fill = { quantityLots: 0xffff_ffff };
    assert.equal(await reason(taker, maker, fill), "taker_overfilled");
  });

  it("counts two orders of one nonce together", async () => {
    const first = await sell({ nonce: 3n, quantity: 15 });
    const amended = await sell({ nonce: 3n, quantity: 20, price: 400 });
    assert.equal(await reason(await buy(), first, { quantityLots: 15 }), "settled");
    assert.equal(await reason(await buy(), amended, { quantityLots: 6 }), "maker_overfilled");
    assert.equal(await reason(await buy(), amended, { quantityLots: 5 }), "settled");
  });

  it("names a fee above the taker's cap, and asks nothing of the maker", async () => {
    const low = { marketId: 2, maxFeeBps: 99 };
    assert.deepEqual(await both(low), ["taker_fee_above_cap", "settled"]);
  });

  it("names a post-only order that takes, and lets it make", async () => {
    for (const timeInForce of [4, 5] as const) {
      const names = await both({ timeInForce });
      assert.deepEqual(names, ["taker_post_only", "settled"]);
    }
  });

  it("names cash and shares that do not suffice", async () => {
    assert.equal(await reason(await x.order(x.carol), await sell()), "taker_cash_short");
    assert.equal(await reason(await buy({ side: 1 }), await x.order(x.carol)), "maker_cash_short");
    const seller = await x.order(x.carol, { side: 1 });
    assert.equal(await reason(await buy(), seller), "maker_shares_short");
    const noSeller = await x.order(x.carol, { outcome: 0, side: 1 });
    assert.equal(
      await reason(noSeller, await x.order(x.bob, { outcome: 0 })),
      "taker_shares_short",
    );
  });
});
