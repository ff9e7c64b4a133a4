import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EXIT_DELAY_SECONDS, MARKET_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("split and mergeTokens", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.faucet(fixture.alice, 1_000_000n);
    await fixture.approve(fixture.alice, 1_000_000n);
  });

  /** Alice holds `lots` of both outcomes as tokens. */
  async function tokens(lots: number) {
    await x.write(x.alice, "split", [1n, BigInt(lots)]);
    for (const outcome of [0, 1])
      await x.write(x.alice, "requestExport", [1n, outcome, BigInt(lots)]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    for (const outcome of [0, 1])
      await x.write(x.bob, "executeExport", [x.alice.address, 1n, outcome]);
  }

  it("refuses to split nothing, in an unknown market, and after the close", async () => {
    await assertRefused(x.attempt(x.alice, "split", [1n, 0n]), "AmountZero");
    await assertRefused(x.attempt(x.alice, "split", [2n, 1n]), "MarketUnknown");
    await x.chain.travelTo(x.startTime + MARKET_SECONDS + 1);
    await assertRefused(x.attempt(x.alice, "split", [1n, 1n]), "MarketNotOpen");
  });

  it("refuses to split in a resolved market", async () => {
    await x.resolveMarket(1, 1000);
    await assertRefused(x.attempt(x.alice, "split", [1n, 1n]), "MarketNotOpen");
  });

  it("refuses to split what escrow could not hold", async () => {
    await assertRefused(x.attempt(x.alice, "split", [1n, 2n ** 63n]), "EscrowFull");
  });

  it("turns wallet collateral into equal YES and NO shares in escrow", async () => {
    const receipt = await x.write(x.alice, "split", [1n, 40n]);
    assert.deepEqual(x.events(receipt, "SharesSplit"), [
      { account: x.alice.address, marketId: 1n, quantityLots: 40n },
    ]);
    assert.equal(await x.walletOf(x.alice), 600_000n);
    assert.deepEqual(await x.shares(x.alice), [40, 40]);
    assert.equal(await x.read("totalOpenInterestLots"), 40n);
    assert.equal(await x.cash(x.alice), 0n);
  });

  it("refuses to merge nothing, more than is held, or in a resolved market", async () => {
    await tokens(40);
    await assertRefused(x.attempt(x.alice, "mergeTokens", [1n, 0n]), "AmountZero");
    await assert.rejects(x.attempt(x.alice, "mergeTokens", [1n, 41n]));
    await x.resolveMarket(1, 1000);
    await assertRefused(x.attempt(x.alice, "mergeTokens", [1n, 40n]), "MarketAlreadyResolved");
  });

  it("pays the wallet for equal YES and NO tokens", async () => {
    await tokens(40);
    const receipt = await x.write(x.alice, "mergeTokens", [1n, 30n]);
    assert.deepEqual(x.events(receipt, "TokensMerged"), [
      { account: x.alice.address, marketId: 1n, quantityLots: 30n },
    ]);
    assert.equal(await x.walletOf(x.alice), 900_000n);
    assert.equal(await x.tokensOf(x.alice, 1, 1), 10n);
    assert.equal(await x.read("totalOpenInterestLots"), 10n);
  });
});
