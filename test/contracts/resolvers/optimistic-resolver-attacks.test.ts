import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { decodeErrorResult, encodeFunctionData, type Hex, parseAbi, zeroHash } from "viem";
import { optimisticResolverAbi } from "../../../protocol/abi/optimistic-resolver.ts";
import { MARKET_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import {
  AWARD_MICRO,
  BOND_MICRO,
  OptimisticFixture,
  PHASE,
  VOID_DELAY_SECONDS,
  WINDOW_SECONDS,
} from "../support/optimistic-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

const hookedAbi = parseAbi([
  "function arm(address target, bytes data)",
  "function setFee(uint256 micro)",
  "function freeze(address account)",
  "function hookError() view returns (bytes)",
]);
const RESOLVED = 3;
const VOID = 4;

describe("OptimisticResolver at the void deadline", () => {
  let o: OptimisticFixture;
  const x = useExchange(async (fixture) => {
    o = await OptimisticFixture.deploy(fixture);
  });
  /** The last second before anyone may void a market that nobody answered. */
  const deadline = () => x.startTime + 2 * MARKET_SECONDS;

  it("takes an answer in the last second before the void, which then waits for it", async () => {
    const marketId = await o.market();
    await o.at(deadline());
    await o.propose(x.alice, marketId, [1000]);
    await o.at(deadline() + 1);
    await assertRefused(x.write(x.bob, "voidMarket", [marketId]), "TooEarly");
    await x.chain.travelTo(deadline() + WINDOW_SECONDS);
    await o.write(x.carol, "finalize", [marketId]);
    assert.deepEqual(await o.outcome(marketId), [RESOLVED, 1000]);
  });

  it("takes no bond for an answer that comes after the void", async () => {
    const marketId = await o.market();
    await o.at(deadline() + 1);
    await x.write(x.bob, "voidMarket", [marketId]);
    const before = await x.walletOf(x.alice);
    await assertRefused(o.propose(x.alice, marketId, [1000]), "MarketAlreadyResolved");
    assert.equal(await x.walletOf(x.alice), before);
    assert.equal(await o.phase(marketId), PHASE.none);
  });

  it("leaves a race of ruling and void to whoever is first, with every bond paid either way", async () => {
    for (const first of ["arbiter", "void"] as const) {
      const id = await x.chain.snapshot();
      const marketId = await o.market();
      await o.proposeInTime(x.alice, marketId, [1000]);
      await o.write(x.bob, "challenge", [marketId, zeroHash]);
      await o.at(o.opensAt + VOID_DELAY_SECONDS + 1);
      if (first === "void") {
        await x.write(x.dave, "voidMarket", [marketId]);
        await assertRefused(
          o.write(o.arbiter, "arbitrate", [marketId, [0], zeroHash]),
          "MarketAlreadyResolved",
        );
        await o.write(x.dave, "releaseBonds", [marketId]);
      } else {
        await o.write(o.arbiter, "arbitrate", [marketId, [0], zeroHash]);
        await assertRefused(x.write(x.dave, "voidMarket", [marketId]), "MarketAlreadyResolved");
        await assertRefused(o.write(x.dave, "releaseBonds", [marketId]), "AnswerClosed");
      }
      const credits = [await o.credit(x.alice), await o.credit(x.bob)];
      const expected = first === "void" ? [BOND_MICRO, BOND_MICRO] : [0n, AWARD_MICRO];
      assert.deepEqual(credits, expected);
      assert.deepEqual(await o.outcome(marketId), first === "void" ? [VOID, 500] : [RESOLVED, 0]);
      await x.chain.revert(id);
    }
  });
});

describe("OptimisticResolver with a hostile collateral", () => {
  let o: OptimisticFixture;
  const x = useExchange(async (fixture) => {
    o = await OptimisticFixture.deploy(fixture);
  }, "HookedCollateral");

  const collateral = (functionName: string, args: readonly unknown[]) =>
    x.chain.write(x.admin.address, { address: x.collateral, abi: hookedAbi, functionName, args });

  /** The error of a call that the token makes to the resolver while `during` moves it. */
  async function errorWithin(data: Hex, during: () => Promise<unknown>): Promise<string> {
    const id = await x.chain.snapshot();
    await collateral("arm", [o.resolver, data]);
    await during();
    const hookError = await x.chain.reader.readContract({
      address: x.collateral,
      abi: hookedAbi,
      functionName: "hookError",
    });
    await x.chain.revert(id);
    return decodeErrorResult({ abi: optimisticResolverAbi, data: hookError }).errorName;
  }

  /** Alice's answer to market 1, challenged by bob; carol's to market 2, final; none to market 3. */
  async function stage(): Promise<void> {
    for (let marketId = 1; marketId <= 3; marketId++) await o.market();
    await o.proposeInTime(x.alice, 1n, [1000]);
    await o.propose(x.carol, 2n, [1000]);
    await o.write(x.bob, "challenge", [1n, zeroHash]);
    await x.chain.travelTo(o.opensAt + WINDOW_SECONDS + 1);
    await o.write(x.dave, "finalize", [2n]);
  }

  it("lets no transfer call back into it, whatever it calls", async () => {
    await stage();
    const abi = optimisticResolverAbi;
    const to = x.carol.address;
    const calls = [
      encodeFunctionData({ abi, functionName: "propose", args: [3n, [1000], zeroHash] }),
      encodeFunctionData({ abi, functionName: "challenge", args: [1n, zeroHash] }),
      encodeFunctionData({ abi, functionName: "finalize", args: [1n] }),
      encodeFunctionData({ abi, functionName: "arbitrate", args: [1n, [0], zeroHash] }),
      encodeFunctionData({ abi, functionName: "releaseBonds", args: [1n] }),
      encodeFunctionData({ abi, functionName: "withdrawCredit", args: [to] }),
    ];
    for (const data of calls) {
      const proposing = () => o.propose(x.dave, 3n, [0]);
      assert.equal(await errorWithin(data, proposing), "ReentrancyGuardReentrantCall");
      const withdrawing = () => o.write(x.carol, "withdrawCredit", [to]);
      assert.equal(await errorWithin(data, withdrawing), "ReentrancyGuardReentrantCall");
    }
  });

  it("takes no bond that arrives in part", async () => {
    await o.market();
    await collateral("setFee", [1n]);
    await x.chain.travelTo(o.opensAt);
    await assertRefused(o.attempt(x.alice, "propose", [1n, [1000], zeroHash]), "BondNotReceived");
    await collateral("setFee", [0n]);
    await o.propose(x.alice, 1n, [1000]);
    await collateral("setFee", [1n]);
    await assertRefused(o.attempt(x.bob, "challenge", [1n, zeroHash]), "BondNotReceived");
  });

  it("resolves though the token refuses the winner, who has the credit sent elsewhere", async () => {
    await stage();
    await collateral("freeze", [x.bob.address]);
    await o.write(o.arbiter, "arbitrate", [1n, [0], zeroHash]);
    assert.deepEqual(await o.outcome(1n), [RESOLVED, 0]);
    await assert.rejects(o.attempt(x.bob, "withdrawCredit", [x.bob.address]));
    assert.equal(await o.credit(x.bob), AWARD_MICRO);
    const before = await x.walletOf(x.dave);
    await o.write(x.bob, "withdrawCredit", [x.dave.address]);
    assert.equal((await x.walletOf(x.dave)) - before, AWARD_MICRO);
  });

  it("resolves though the token refuses the resolver itself", async () => {
    await stage();
    await collateral("freeze", [o.resolver]);
    await o.write(o.arbiter, "arbitrate", [1n, [1000], zeroHash]);
    assert.deepEqual(await o.outcome(1n), [RESOLVED, 1000]);
    assert.equal(await o.credit(x.alice), AWARD_MICRO);
  });
});
