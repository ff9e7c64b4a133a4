import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("redeem and redeemTokens", () => {
  // Alice holds 101 YES and 1 NO, Bob 100 NO.
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    for (const owner of [fixture.alice, fixture.bob]) await fixture.fund(owner, 1_000_000n);
    await fixture.fundShares(fixture.alice, 1, 1);
    const orders = [
      await fixture.order(fixture.alice, { price: 600 }),
      await fixture.order(fixture.bob, { outcome: 0, price: 400 }),
    ];
    await fixture.settle(orders, [
      { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 600 },
    ]);
  });

  it("refuses before the market is resolved", async () => {
    await assertRefused(x.attempt(x.alice, "redeem", [x.alice.address, 1n]), "MarketNotResolved");
    await assertRefused(x.attempt(x.alice, "redeemTokens", [1n]), "MarketNotResolved");
    await assertRefused(x.attempt(x.alice, "redeem", [x.alice.address, 2n]), "MarketUnknown");
  });

  it("refuses an account without shares", async () => {
    await x.resolveMarket(1, 1000);
    await assertRefused(x.attempt(x.carol, "redeem", [x.carol.address, 1n]), "InsufficientShares");
    await assertRefused(x.attempt(x.carol, "redeemTokens", [1n]), "InsufficientShares");
  });

  it("turns winning and losing shares into cash in escrow, whoever calls, once", async () => {
    await x.resolveMarket(1, 1000);
    assert.equal(await x.read("unredeemedMicro"), 1_010_000n);
    const receipt = await x.write(x.bob, "redeem", [x.alice.address, 1n]);
    assert.deepEqual(x.events(receipt, "Redeemed"), [
      {
        account: x.alice.address,
        marketId: 1n,
        yesLots: 101n,
        noLots: 1n,
        payoutMicro: 1_010_000n,
      },
    ]);
    assert.equal(await x.cash(x.alice), 400_000n + 1_010_000n);
    assert.deepEqual(await x.shares(x.alice), [0, 0]);
    await x.write(x.bob, "redeem", [x.bob.address, 1n]);
    assert.equal(await x.cash(x.bob), 600_000n);
    assert.equal(await x.read("unredeemedMicro"), 0n);
    await assertRefused(x.attempt(x.bob, "redeem", [x.bob.address, 1n]), "InsufficientShares");
  });

  it("pays a scalar outcome to both sides exactly, down to one lot", async () => {
    await x.resolveMarket(1, 333);
    await x.write(x.bob, "redeem", [x.alice.address, 1n]);
    await x.write(x.bob, "redeem", [x.bob.address, 1n]);
    assert.equal(await x.cash(x.alice), 400_000n + 101n * 3330n + 6670n);
    assert.equal(await x.cash(x.bob), 600_000n + 100n * 6670n);
    assert.equal(await x.read("unredeemedMicro"), 0n);
  });

  it("pays the wallet for exported tokens", async () => {
    await x.write(x.alice, "requestExport", [1n, 1, 60n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.alice, "executeExport", [x.alice.address, 1n, 1]);
    await x.resolveMarket(1, 1000);
    const receipt = await x.write(x.alice, "redeemTokens", [1n]);
    assert.deepEqual(x.events(receipt, "TokensRedeemed"), [
      { account: x.alice.address, marketId: 1n, yesLots: 60n, noLots: 0n, payoutMicro: 600_000n },
    ]);
    assert.equal(await x.walletOf(x.alice), 600_000n);
    assert.equal(await x.tokensOf(x.alice, 1, 1), 0n);
    await x.write(x.alice, "redeem", [x.alice.address, 1n]);
    assert.equal(await x.cash(x.alice), 400_000n + 410_000n);
  });

  it("burns tokens that lost and pays nothing for them", async () => {
    await x.write(x.alice, "requestExport", [1n, 1, 60n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.alice, "executeExport", [x.alice.address, 1n, 1]);
    await x.resolveMarket(1, 0);
    const receipt = await x.write(x.alice, "redeemTokens", [1n]);
    assert.deepEqual(x.events(receipt, "TokensRedeemed"), [
      { account: x.alice.address, marketId: 1n, yesLots: 60n, noLots: 0n, payoutMicro: 0n },
    ]);
    assert.equal(await x.walletOf(x.alice), 0n);
    assert.equal(await x.tokensOf(x.alice, 1, 1), 0n);
  });
});
