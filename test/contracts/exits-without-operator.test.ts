import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EXIT_DELAY_SECONDS, MARKET_SECONDS, useExchange } from "./support/exchange-fixture.ts";

describe("with operator, admin and resolver gone", () => {
  const x = useExchange(async (fixture) => {
    const { alice, bob } = fixture;
    await fixture.createMarket({ takerFeeBps: 100 });
    await fixture.createMarket();
    await fixture.fund(alice, 2_000_000n);
    await fixture.fund(bob, 2_000_000n);
    await fixture.fundShares(alice, 2, 33);
    const orders = [
      await fixture.order(alice, { price: 600 }),
      await fixture.order(bob, { outcome: 0, price: 400 }),
    ];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 99, yesPriceTicks: 600 };
    await fixture.settle(orders, [fill]);
  });

  it("everyone gets out whole, and nothing but the fees is left", async () => {
    const fees = await x.read("accruedFeesMicro");
    // Bob takes his shares along as tokens, Alice leaves hers in escrow.
    await x.write(x.bob, "requestExport", [1n, 0, 99n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.bob, "executeExport", [x.bob.address, 1n, 0]);

    await x.chain.travelTo(x.startTime + 2 * MARKET_SECONDS + 1);
    for (const marketId of [1n, 2n]) {
      await x.write(x.carol, "voidMarket", [marketId]);
      await x.write(x.carol, "redeem", [x.alice.address, marketId]);
    }
    await x.write(x.bob, "redeemTokens", [1n]);
    for (const owner of [x.alice, x.bob]) {
      await x.write(owner, "requestWithdrawal", [await x.cash(owner)]);
    }
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    for (const owner of [x.alice, x.bob])
      await x.write(x.carol, "executeWithdrawal", [owner.address]);

    const half = 99n * 5000n;
    assert.equal(await x.walletOf(x.alice), 2_000_000n - 594_000n - fees + half + 330_000n);
    assert.equal(await x.walletOf(x.bob), 2_000_000n - 396_000n + half);
    assert.equal(await x.walletOf(x.exchange), fees);
    assert.ok(fees > 0n);
    assert.equal(await x.read("totalCashMicro"), 0n);
    assert.equal(await x.read("unredeemedMicro"), 0n);
  });
});
