import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Hex } from "viem";
import type { Order } from "../../../protocol/order.ts";
import { encodeBatch } from "../../../protocol/settlement/batch.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import {
  type AttackedFill,
  prepareLiveMarkets,
  START_MICRO,
  settleAmidHonest,
} from "../support/live-batch.ts";
import { assertRefused } from "../support/refusal.ts";

/** A market with a taker fee of 1 %. */
const FEE_MARKET = 3;

describe("attack: an operator that settles what was not signed or not matched", () => {
  const x = useExchange(async (fixture) => {
    await prepareLiveMarkets(fixture);
    await fixture.createMarket({ takerFeeBps: 100 });
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fundShares(owner, FEE_MARKET, 1000);
    }
  });
  const buy = (terms: Partial<Order> = {}) => x.order(x.alice, terms);
  const sell = (terms: Partial<Order> = {}) => x.order(x.bob, { side: 1, ...terms });
  async function matched(fill: Partial<AttackedFill> & { outcome: string }): Promise<AttackedFill> {
    return { taker: await buy(), maker: await sell(), ...fill };
  }

  // ---- batches ----

  it("the same batch again, or out of order: refused as a whole", async () => {
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 10, yesPriceTicks: 500 };
    const batch = await x.batch([await buy(), await sell()], [fill]);
    const ahead = { ...batch, batchId: batch.batchId + 1n };
    const refused = (bytes: Hex) =>
      assertRefused(x.attempt(x.operator, "settle", [bytes]), "BatchOutOfOrder");
    await refused(encodeBatch(ahead));
    await x.settleBytes(encodeBatch(batch));
    await refused(encodeBatch(batch));
    await x.settleBytes(encodeBatch(ahead));
    for (const old of [batch, ahead]) await refused(encodeBatch(old));
    assert.deepEqual((await x.shares(x.alice))[0], 1020);
  });

  it("the same fills in a new batch: an order fills once", async () => {
    const fill = await matched({ outcome: "settled" });
    await settleAmidHonest(x, [fill]);
    await settleAmidHonest(x, [{ ...fill, outcome: "taker_overfilled" }]);
    // Nor does a new counterparty revive the spent one.
    await settleAmidHonest(x, [{ ...fill, taker: await buy(), outcome: "maker_overfilled" }]);
  });

  it("the same fill twice in one batch: the second is skipped", async () => {
    const fill = await matched({ outcome: "settled" });
    await settleAmidHonest(x, [fill, { ...fill, outcome: "taker_overfilled" }]);
  });

  it("an order listed twice in a batch: both places fill one quantity", async () => {
    const [taker, maker] = [await buy({ quantity: 300 }), await sell()];
    const copy = { ...maker };
    await settleAmidHonest(x, [
      { taker, maker, quantityLots: 60, outcome: "settled" },
      { taker, maker: copy, quantityLots: 41, outcome: "maker_overfilled" },
      { taker, maker: copy, quantityLots: 40, outcome: "settled" },
      { taker, maker, quantityLots: 1, outcome: "maker_overfilled" },
    ]);
  });

  it("two orders of one nonce, in one batch and in two: both fill one quantity", async () => {
    const taker = await buy({ quantity: 1000 });
    const [first, amended] = [
      await sell({ nonce: 9n, quantity: 100 }),
      await sell({ nonce: 9n, quantity: 120, price: 400 }),
    ];
    await settleAmidHonest(x, [
      { taker, maker: first, quantityLots: 100, outcome: "settled" },
      { taker, maker: amended, quantityLots: 21, outcome: "maker_overfilled" },
      { taker, maker: amended, quantityLots: 15, outcome: "settled" },
    ]);
    await settleAmidHonest(x, [
      { taker, maker: first, quantityLots: 1, outcome: "maker_overfilled" },
      { taker, maker: amended, quantityLots: 6, outcome: "maker_overfilled" },
      { taker, maker: amended, quantityLots: 5, outcome: "settled" },
    ]);
  });

  it("one nonce in two markets: both fill one quantity", async () => {
    const here = await sell({ nonce: 9n });
    const there = await sell({ nonce: 9n, marketId: 2 });
    await settleAmidHonest(x, [
      { taker: await buy(), maker: here, outcome: "settled" },
      { taker: await buy({ marketId: 2 }), maker: there, outcome: "maker_overfilled" },
    ]);
  });

  it("markets of one maker in turn: each fill finds its own market's shares", async () => {
    const fills: AttackedFill[] = [];
    for (let i = 0; i < 6; i++) {
      const marketId = 1 + (i % 3);
      const [taker, maker] = [
        await buy({ marketId }),
        await sell({ marketId, nonce: 40n - BigInt(i) }),
      ];
      fills.push({ taker, maker, quantityLots: 10 + i, outcome: "settled" });
    }
    await settleAmidHonest(x, fills);
  });

  // ---- quantities ----

  it("overfill of the taker's or the maker's order, by one lot", async () => {
    await settleAmidHonest(x, [
      await matched({
        quantityLots: 101,
        maker: await sell({ quantity: 500 }),
        outcome: "taker_overfilled",
      }),
      await matched({
        quantityLots: 101,
        taker: await buy({ quantity: 500 }),
        outcome: "maker_overfilled",
      }),
      await matched({ outcome: "settled" }),
    ]);
  });

  it("overfill by parts, within one batch and across batches", async () => {
    const [taker, maker] = [await buy({ quantity: 1000 }), await sell()];
    const part = (quantityLots: number, outcome: string) => ({
      taker,
      maker,
      quantityLots,
      outcome,
    });
    await settleAmidHonest(x, [
      part(50, "settled"),
      part(51, "maker_overfilled"),
      part(40, "settled"),
    ]);
    await settleAmidHonest(x, [part(11, "maker_overfilled"), part(10, "settled")]);
    await settleAmidHonest(x, [part(1, "maker_overfilled")]);
  });

  it("quantity overflow: sums that pass 2^32 start nothing over", async () => {
    const [taker, maker] = [
      await buy({ quantity: 0xffff_fffe }),
      await sell({ quantity: 0xffff_fffe }),
    ];
    const part = (quantityLots: number, outcome: string) => ({
      taker,
      maker,
      quantityLots,
      outcome,
    });
    await settleAmidHonest(x, [
      part(0xffff_ffff, "taker_overfilled"),
      part(10, "settled"),
      // 10 + these wrap around to 9, to 0, and to the mark of a cancelled order.
      part(0xffff_ffff, "taker_overfilled"),
      part(0xffff_fff6, "taker_overfilled"),
      part(0xffff_fff5, "taker_overfilled"),
      // What the order allows, but nobody can pay.
      part(0xffff_fff4, "taker_cash_short"),
    ]);
  });

  it("fills of nothing: skipped, and their orders are not used up", async () => {
    const fill = await matched({ outcome: "settled" });
    await settleAmidHonest(x, [
      { ...fill, quantityLots: 0, outcome: "fill_quantity_zero" },
      { ...fill, quantityLots: 0, outcome: "fill_quantity_zero" },
    ]);
    await settleAmidHonest(x, [fill]);
  });

  // ---- prices and fees ----

  it("a price worse than either signed, by one tick, for all four legs", async () => {
    const beyond: readonly [Partial<Order>, Partial<Order>, number, string][] = [
      [{}, {}, 501, "taker_limit_exceeded"],
      [{}, {}, 499, "maker_limit_exceeded"],
      [{ outcome: 0 }, { outcome: 0 }, 499, "taker_limit_exceeded"],
      [{ outcome: 0 }, { outcome: 0 }, 501, "maker_limit_exceeded"],
      [{}, { outcome: 0, side: 0 }, 501, "taker_limit_exceeded"],
      [{}, { outcome: 0, side: 0 }, 499, "maker_limit_exceeded"],
      [{ side: 1 }, { outcome: 0 }, 499, "taker_limit_exceeded"],
      [{ side: 1 }, { outcome: 0 }, 501, "maker_limit_exceeded"],
    ];
    const fills: AttackedFill[] = [];
    for (const [taker, maker, yesPriceTicks, outcome] of beyond) {
      fills.push({ taker: await buy(taker), maker: await sell(maker), yesPriceTicks, outcome });
    }
    await settleAmidHonest(x, fills);
  });

  it("a price of 0, of the whole, beyond it, or of all ones", async () => {
    const taker = await buy({ price: 999 });
    const maker = await sell({ price: 1 });
    await settleAmidHonest(x, [
      { taker, maker, yesPriceTicks: 0, outcome: "maker_limit_exceeded" },
      { taker, maker, yesPriceTicks: 1000, outcome: "taker_limit_exceeded" },
      { taker, maker, yesPriceTicks: 1001, outcome: "taker_limit_exceeded" },
      { taker, maker, yesPriceTicks: 65_535, outcome: "taker_limit_exceeded" },
    ]);
  });

  it("a fee above the taker's signed cap, by one hundredth of a percent", async () => {
    const marketId = FEE_MARKET;
    const fill = async (maxFeeBps: number, outcome: string) => ({
      taker: await buy({ marketId, maxFeeBps, price: 500 }),
      maker: await sell({ marketId, maxFeeBps: 0 }),
      outcome,
    });
    await settleAmidHonest(x, [
      await fill(99, "taker_fee_above_cap"),
      await fill(0, "taker_fee_above_cap"),
      await fill(100, "settled"),
    ]);
    assert.equal(await x.read("accruedFeesMicro"), 5000n);
  });

  it("a fee from a post-only order: it never takes", async () => {
    for (const timeInForce of [4, 5] as const) {
      const maker = await sell({ marketId: FEE_MARKET, timeInForce });
      const taker = await buy({ marketId: FEE_MARKET });
      await settleAmidHonest(x, [
        { taker: maker, maker: taker, outcome: "taker_post_only" },
        { taker, maker, outcome: "settled" },
      ]);
    }
  });

  // ---- who meets whom ----

  it("another outcome or side than signed: two bids, two asks, whatever the outcomes", async () => {
    const pairs: readonly [Partial<Order>, Partial<Order>][] = [
      [{}, { side: 0 }],
      [{}, { outcome: 0 }],
      [{ outcome: 0 }, { outcome: 1 }],
      [{ outcome: 0 }, { outcome: 0, side: 0 }],
      [{ side: 1 }, {}],
      [{ side: 1 }, { outcome: 0, side: 0 }],
    ];
    const fills: AttackedFill[] = [];
    for (const [taker, maker] of pairs) {
      fills.push({ taker: await buy(taker), maker: await sell(maker), outcome: "sides_equal" });
    }
    await settleAmidHonest(x, fills);
  });

  it("a trade, a mint or a merge across two markets", async () => {
    const here: readonly [Partial<Order>, Partial<Order>][] = [
      [{}, {}],
      [{}, { outcome: 0, side: 0 }],
      [{ side: 1 }, { outcome: 0 }],
    ];
    const fills: AttackedFill[] = [];
    for (const [taker, maker] of here) {
      for (const marketId of [2, FEE_MARKET]) {
        const other = await sell({ ...maker, marketId });
        fills.push({ taker: await buy(taker), maker: other, outcome: "markets_differ" });
      }
    }
    await settleAmidHonest(x, fills);
  });

  it("self trade: of one key, of a delegate, of an order with itself", async () => {
    await x.write(x.alice, "addDelegate", [x.carol.address]);
    const own = await buy();
    await settleAmidHonest(x, [
      { taker: own, maker: await buy({ side: 1 }), outcome: "self_trade" },
      { taker: own, maker: await x.order(x.alice, { side: 1 }, x.carol), outcome: "self_trade" },
      { taker: own, maker: await buy({ outcome: 0 }), outcome: "self_trade" },
      { taker: own, maker: own, outcome: "self_trade" },
    ]);
  });

  it("more cash or shares than an account has, over several fills of one batch", async () => {
    const cost = 1000 * 500 * 10;
    const seller = await sell({ quantity: 3000 });
    await x.fund(x.carol, BigInt(cost));
    await settleAmidHonest(x, [
      // Alice has the cash for two; Bob the shares for one.
      {
        taker: await buy({ quantity: 3000 }),
        maker: seller,
        quantityLots: 1000,
        outcome: "settled",
      },
      {
        taker: await x.order(x.carol),
        maker: seller,
        quantityLots: 1,
        outcome: "maker_shares_short",
      },
    ]);
    const bids = await buy({ quantity: 3000 });
    const noBuyer = await x.order(x.bob, { outcome: 0, quantity: 3000 });
    await settleAmidHonest(x, [
      { taker: bids, maker: noBuyer, quantityLots: 1000, outcome: "settled" },
      { taker: bids, maker: noBuyer, quantityLots: 1, outcome: "taker_cash_short" },
    ]);
    assert.equal(await x.cash(x.alice), START_MICRO - 2n * BigInt(cost));
  });
});
