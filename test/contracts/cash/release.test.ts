import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Release } from "../../../protocol/order.ts";
import type { Actor } from "../support/actor.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";
import { signRelease } from "../support/release.ts";

const CASH = 2;
const YES = 1;

describe("release co-signed by the operator", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.fund(fixture.alice, 1000n);
    await fixture.fundShares(fixture.alice, 1, 50);
  });

  function release(overrides: Partial<Release> = {}): Release {
    return {
      account: x.alice.address,
      marketId: 0,
      asset: CASH,
      amount: 400n,
      nonce: 1n,
      deadline: x.startTime + 600,
      ...overrides,
    };
  }

  const signed = (terms: Release, signer?: Actor) => signRelease(x, x.alice, terms, signer);

  async function refused(terms: Release, error: string, signer?: Actor) {
    await assertRefused(x.attempt(x.bob, "executeRelease", await signed(terms, signer)), error);
  }

  it("refuses nothing, an unknown asset, and cash of a market", async () => {
    await refused(release({ amount: 0n }), "AmountZero");
    await refused(release({ asset: 3 as 2 }), "OutcomeInvalid");
    await refused(release({ marketId: 1 }), "MarketUnknown");
  });

  it("refuses one past its deadline", async () => {
    await x.chain.travelTo(x.startTime + 601);
    await refused(release(), "ReleaseExpired");
  });

  it("refuses nonce 0, which stands for a delayed exit", async () => {
    await refused(release({ nonce: 0n }), "ReleaseUsed");
  });

  it("refuses another signer than the operator", async () => {
    await refused(release(), "ReleaseSignatureInvalid", x.alice);
  });

  it("refuses other terms than were signed", async () => {
    const [terms, signature] = await signed(release());
    const changed = [{ ...terms, amount: 500n }, signature] as const;
    await assertRefused(x.attempt(x.alice, "executeRelease", changed), "ReleaseSignatureInvalid");
  });

  it("refuses more than the account has", async () => {
    await refused(release({ amount: 1001n }), "InsufficientCash");
    await refused(release({ asset: YES, marketId: 1, amount: 51n }), "InsufficientShares");
  });

  it("pays cash to the account at once, whoever submits it, and only once", async () => {
    const args = await signed(release());
    const receipt = await x.write(x.bob, "executeRelease", args);
    assert.deepEqual(x.events(receipt, "Withdrawn"), [
      { account: x.alice.address, amountMicro: 400n, releaseNonce: 1n },
    ]);
    assert.equal(await x.walletOf(x.alice), 400n);
    assert.equal(await x.read("releaseUsed", [x.alice.address, 1n]), true);
    assert.equal(await x.read("releaseUsed", [x.alice.address, 2n]), false);
    // Zero means a delayed exit in the events: never to be used.
    assert.equal(await x.read("releaseUsed", [x.alice.address, 0n]), true);
    await assertRefused(x.attempt(x.bob, "executeRelease", args), "ReleaseUsed");
  });

  it("hands out shares as tokens", async () => {
    const receipt = await x.write(
      x.alice,
      "executeRelease",
      await signed(release({ asset: YES, marketId: 1, amount: 20n, nonce: 300n })),
    );
    assert.deepEqual(x.events(receipt, "SharesExported"), [
      { account: x.alice.address, marketId: 1n, outcome: 1, quantityLots: 20n, releaseNonce: 300n },
    ]);
    assert.equal(await x.tokensOf(x.alice, 1, 1), 20n);
    assert.deepEqual(await x.shares(x.alice), [30, 50]);
  });
});
