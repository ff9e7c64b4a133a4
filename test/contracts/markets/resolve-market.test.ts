import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  MARKET_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("propose, resolve and voidMarket", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.fundShares(fixture.alice, 1, 7);
  });
  const closeTime = () => x.startTime + MARKET_SECONDS;
  const pastGrace = () => x.chain.travelTo(closeTime() + SETTLEMENT_GRACE_SECONDS + 1);

  it("refuses anyone but the market's resolver", async () => {
    await pastGrace();
    for (const name of ["propose", "resolve"] as const) {
      await assertRefused(x.attempt(x.admin, name, [1n, 1000]), "NotResolver");
      await assertRefused(x.attempt(x.operator, name, [1n, 1000]), "NotResolver");
      await assertRefused(x.attempt(x.resolver, name, [2n, 1000]), "MarketUnknown");
    }
  });

  it("refuses before the close and its settlement grace have passed", async () => {
    await x.chain.travelTo(closeTime() + SETTLEMENT_GRACE_SECONDS - 2);
    await assertRefused(x.attempt(x.resolver, "propose", [1n, 1000]), "TooEarly");
    await assertRefused(x.attempt(x.resolver, "resolve", [1n, 1000]), "TooEarly");
  });

  it("refuses a payout above the whole", async () => {
    await pastGrace();
    await assertRefused(x.attempt(x.resolver, "resolve", [1n, 1001]), "PayoutInvalid");
  });

  it("proposes a payout that may still change, then resolves for good", async () => {
    await pastGrace();
    for (const payout of [1000, 0]) {
      const receipt = await x.write(x.resolver, "propose", [1n, payout]);
      assert.deepEqual(x.events(receipt, "MarketProposed"), [{ marketId: 1n, payoutYes: payout }]);
    }
    assert.equal((await x.read("market", [1n])).status, 2);
    const receipt = await x.write(x.resolver, "resolve", [1n, 250]);
    assert.deepEqual(x.events(receipt, "MarketResolved"), [
      { marketId: 1n, payoutYes: 250, isVoid: false },
    ]);
    const { status, payoutYes } = await x.read("market", [1n]);
    assert.deepEqual([status, payoutYes], [3, 250]);
    for (const name of ["propose", "resolve"] as const) {
      await assertRefused(x.attempt(x.resolver, name, [1n, 0]), "MarketAlreadyResolved");
    }
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    await assertRefused(x.attempt(x.bob, "voidMarket", [1n]), "MarketAlreadyResolved");
  });

  it("turns open interest into money owed", async () => {
    assert.equal(await x.read("totalOpenInterestLots"), 7n);
    await x.resolveMarket(1, 1000);
    assert.equal(await x.read("totalOpenInterestLots"), 0n);
    assert.equal(await x.read("unredeemedMicro"), 70_000n);
  });

  it("refuses to void before the resolver's deadline has passed", async () => {
    await x.chain.travelTo(closeTime() + MARKET_SECONDS - 1);
    await assertRefused(x.attempt(x.bob, "voidMarket", [1n]), "TooEarly");
  });

  it("refuses to void a proposed market until its first proposal is long past", async () => {
    await x.chain.travelTo(closeTime() + MARKET_SECONDS - 100);
    await x.write(x.resolver, "propose", [1n, 1000]);
    const proposedAt = await x.chain.now();
    const voidDelay = await x.read("PROPOSAL_VOID_DELAY");
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    await assertRefused(x.attempt(x.bob, "voidMarket", [1n]), "TooEarly");
    await x.chain.travelTo(proposedAt + voidDelay - 1);
    await assertRefused(x.attempt(x.bob, "voidMarket", [1n]), "TooEarly");
    await x.write(x.resolver, "resolve", [1n, 1000]);
    assert.equal((await x.read("market", [1n])).payoutYes, 1000);
  });

  it("voids at par by anyone's call once the resolver stayed silent", async () => {
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    const receipt = await x.write(x.bob, "voidMarket", [1n]);
    assert.deepEqual(x.events(receipt, "MarketResolved"), [
      { marketId: 1n, payoutYes: 500, isVoid: true },
    ]);
    await x.write(x.bob, "redeem", [x.alice.address, 1n]);
    assert.equal(await x.cash(x.alice), 70_000n);
  });

  it("voids a proposed market at last, however often the resolver proposes again", async () => {
    await pastGrace();
    await x.write(x.resolver, "propose", [1n, 1000]);
    const proposedAt = await x.chain.now();
    const voidDelay = await x.read("PROPOSAL_VOID_DELAY");
    await x.chain.travelTo(proposedAt + voidDelay - 10);
    await x.write(x.resolver, "propose", [1n, 0]);
    await x.chain.travelTo(proposedAt + voidDelay + 1);
    await x.write(x.bob, "voidMarket", [1n]);
    const { status, payoutYes } = await x.read("market", [1n]);
    assert.deepEqual([status, payoutYes], [4, 500]);
  });

  it("voids a market proposed early no sooner than at the resolver's deadline", async () => {
    const resolveDeadline = closeTime() + 20 * MARKET_SECONDS;
    const id = BigInt(await x.createMarket({ resolveDeadline }));
    await pastGrace();
    await x.write(x.resolver, "propose", [id, 1000]);
    await x.chain.travelTo(resolveDeadline - 1);
    await assertRefused(x.attempt(x.bob, "voidMarket", [id]), "TooEarly");
    await x.chain.travelTo(resolveDeadline + 1);
    await x.write(x.bob, "voidMarket", [id]);
  });
});
