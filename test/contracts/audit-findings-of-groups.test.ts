import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import { MARKET_SECONDS, useExchange } from "./support/exchange-fixture.ts";
import {
  createGroup,
  exportNow,
  giveTokens,
  memberSet,
  NO,
  passGrace,
  YES,
} from "./support/groups.ts";
import { OptimisticFixture } from "./support/optimistic-fixture.ts";
import { assertRefused } from "./support/refusal.ts";

const GROUP = 1n;
const MEMBERS = [1n, 2n, 3n] as const;
const LONE_MARKETS = [4n, 5n] as const;
/** 100 pairs of each of three members. */
const STAKE_MICRO = 3_000_000n;

/** What audits of exclusive outcomes elsewhere found, above all neg-risk (OpenZeppelin, 2023). Each title is the finding. */
describe("findings of audits of exclusive outcomes elsewhere do not hold here", () => {
  // Carol attacks, with tokens of 100 NO and 100 escrowed YES of each member. Bob's money is what she is after.
  const x = useExchange(async (fixture) => {
    await createGroup(fixture, MEMBERS.length);
    for (const _ of LONE_MARKETS) await fixture.createMarket();
    for (const marketId of MEMBERS) {
      await giveTokens(fixture, fixture.carol, marketId, NO, 100n);
      await fixture.fundShares(fixture.bob, Number(marketId), 500);
    }
    await fixture.fund(fixture.bob, 5_000_000n);
  });

  const convertNo = (quantity: bigint, ...members: number[]) =>
    x.write(x.carol, "convertNo", [GROUP, memberSet(...members), quantity]);

  async function decide(payoutsYes: number[] | "void"): Promise<void> {
    if (payoutsYes !== "void") {
      await passGrace(x, GROUP);
      await x.write(x.resolver, "resolveGroup", [GROUP, payoutsYes]);
      return;
    }
    await x.chain.travelTo(x.startTime + 2 * MARKET_SECONDS + 1);
    await x.write(x.dave, "voidGroup", [GROUP]);
  }

  /** All that Carol has, once everything of hers is redeemed. */
  async function carolsWorth(): Promise<bigint> {
    for (const marketId of MEMBERS) {
      const escrowed = await x.shares(x.carol, Number(marketId));
      if (Math.max(...escrowed) > 0) await x.write(x.dave, "redeem", [x.carol.address, marketId]);
      const held = [NO, YES].map((outcome) => x.tokensOf(x.carol, Number(marketId), outcome));
      if ((await Promise.all(held)).some((lots) => lots > 0n)) {
        await x.write(x.carol, "redeemTokens", [marketId]);
      }
    }
    return (await x.cash(x.carol)) + (await x.walletOf(x.carol));
  }

  for (const payouts of [
    [1000, 0, 0],
    [0, 1000, 0],
    [0, 0, 1000],
    [333, 334, 333],
    "void",
  ] as const) {
    const what = payouts === "void" ? "void" : payouts.join(", ");
    it(`leftover NO tokens drain the collateral: ${what}`, async () => {
      await convertNo(60n, 0, 1);
      await convertNo(40n, 0, 1, 2);
      // Burned, not left over: nobody has them to merge, convert or redeem once more.
      for (const marketId of MEMBERS) {
        for (const holder of [x.exchange, x.outcomeTokens]) {
          assert.equal(await x.tokensOf(holder, Number(marketId), NO), 0n);
        }
      }
      for (const members of [[0], [0, 1], [0, 1, 2]]) {
        await assert.rejects(x.attempt(x.carol, "convertNo", [GROUP, memberSet(...members), 1n]));
      }
      for (const marketId of [1n, 2n]) {
        await assert.rejects(x.attempt(x.carol, "mergeTokens", [marketId, 1n]));
      }
      await decide(payouts === "void" ? "void" : [...payouts]);
      assert.equal(await carolsWorth(), STAKE_MICRO);
      // What is held is Bob's to the last micro.
      for (const marketId of MEMBERS) await x.write(x.dave, "redeem", [x.bob.address, marketId]);
      assert.equal(await x.cash(x.bob), 5_000_000n + 15_000_000n);
      assert.equal(
        (await x.read("collateralMicro")) - (await x.cash(x.carol)),
        await x.cash(x.bob),
      );
    });
  }

  it("anyone blocks a market by preparing a condition first", async () => {
    const next = (await x.read("marketCount")) + 1n;
    // Nothing of a group can be there before it: no tokens, no shares, no conversion, no terms.
    for (const name of ["convertNo", "convertYes"] as const) {
      await assertRefused(x.attempt(x.dave, name, [next, 1n, 1n]), "GroupUnknown");
    }
    await x.faucet(x.dave, 10_000n);
    await x.approve(x.dave, 10_000n);
    for (const [name, args] of [
      ["split", [next, 1n]],
      ["importShares", [next, NO, 1n]],
      ["requestExport", [next, YES, 1n]],
    ] as const) {
      await assertRefused(x.attempt(x.dave, name, args), "MarketUnknown");
    }
    const mint = x.chain.reader.simulateContract({
      address: x.outcomeTokens,
      abi: outcomeTokensAbi,
      functionName: "mint",
      args: [x.dave.address, next * 2n, 1n],
      account: x.dave.address,
    });
    await assertRefused(mint, "NotExchange");
    const o = await OptimisticFixture.deploy(x);
    const resolverData = o.terms();
    await assertRefused(o.attempt(x.dave, "marketCreated", [next, resolverData]), "NotExchange");
    assert.equal(await createGroup(x, 2, { resolver: o.resolver, resolverData }), next);
    await x.fundShares(x.dave, Number(next), 1);
  });

  it("the reverse conversion takes stranded collateral", async () => {
    const gift = 1_000_000n;
    await x.faucet(x.dave, gift);
    await x.transferCollateral(x.dave, x.exchange, gift);
    const stranded = async () => (await x.walletOf(x.exchange)) - (await x.read("collateralMicro"));
    assert.equal(await stranded(), gift);
    const back = [GROUP, memberSet(0, 1, 2), 10n] as const;
    // Neither the gift nor what others have in escrow pays for it: the caller's wallet alone does.
    await assert.rejects(x.attempt(x.dave, "convertYes", back));
    await x.fund(x.dave, 200_000n);
    await assert.rejects(x.attempt(x.dave, "convertYes", back));
    await x.faucet(x.dave, 200_000n);
    await x.approve(x.dave, 199_999n);
    await assert.rejects(x.attempt(x.dave, "convertYes", back));
    await x.approve(x.dave, 200_000n);
    await x.write(x.dave, "convertYes", back);
    assert.equal(await x.walletOf(x.dave), 0n);
    for (const marketId of MEMBERS) await exportNow(x, x.dave, marketId, NO, 10n);
    await x.write(x.dave, "convertNo", back);
    assert.equal(await x.cash(x.dave), 400_000n);
    assert.equal(await stranded(), gift);
  });

  it("no one redemption call serves every market, members of a group too", async () => {
    await convertNo(60n, 0, 1);
    for (const marketId of LONE_MARKETS) await x.fundShares(x.carol, Number(marketId), 7);
    await decide([0, 0, 1000]);
    const [resolved, voided] = LONE_MARKETS;
    await x.write(x.resolver, "resolve", [resolved, 1000]);
    await x.chain.travelTo(x.startTime + 2 * MARKET_SECONDS + 1);
    await x.write(x.dave, "voidMarket", [voided]);
    // Escrowed YES: 100, 100 and 160 of the members. A pair is worth one collateral wherever it is.
    const cash = await x.cash(x.carol);
    for (const marketId of [...MEMBERS, ...LONE_MARKETS]) {
      await x.write(x.dave, "redeem", [x.carol.address, marketId]);
    }
    assert.equal((await x.cash(x.carol)) - cash, (160n + 7n + 7n) * 10_000n);
    // Tokens: 40, 40 and 100 NO, of which the last are worth nothing.
    for (const marketId of MEMBERS) await x.write(x.carol, "redeemTokens", [marketId]);
    assert.equal(await x.walletOf(x.carol), (40n + 40n) * 10_000n);
  });
});
