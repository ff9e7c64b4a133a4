import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  MARKET_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import { createGroup, giveTokens, memberSet, NO, passGrace } from "../support/groups.ts";
import { assertRefused } from "../support/refusal.ts";

const PAYOUTS = [0, 1000, 0];

describe("proposeGroup, resolveGroup and voidGroup", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await createGroup(fixture, 3);
    await fixture.fundShares(fixture.alice, 2, 7);
    await giveTokens(fixture, fixture.alice, 3n, NO, 5n);
    await fixture.write(fixture.alice, "convertNo", [2n, memberSet(1), 2n]);
  });
  const groupId = 2n;
  const members = [2n, 3n, 4n];
  const closeTime = () => x.startTime + MARKET_SECONDS;
  const statuses = () =>
    Promise.all(members.map(async (id) => (await x.read("market", [id])).status));

  it("refuse anyone but the group's resolver, a market in no group, and a member not the first", async () => {
    await passGrace(x, groupId);
    for (const name of ["proposeGroup", "resolveGroup"] as const) {
      await assertRefused(x.attempt(x.operator, name, [groupId, PAYOUTS]), "NotResolver");
      for (const id of [1n, 3n, 9n]) {
        await assertRefused(x.attempt(x.resolver, name, [id, PAYOUTS]), "GroupUnknown");
      }
    }
    for (const id of [1n, 3n, 9n]) {
      await assertRefused(x.attempt(x.bob, "voidGroup", [id]), "GroupUnknown");
    }
  });

  it("are the only way: one member alone is neither proposed, resolved nor voided", async () => {
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    for (const id of members) {
      await assertRefused(x.attempt(x.resolver, "propose", [id, 1000]), "MarketInGroup");
      await assertRefused(x.attempt(x.resolver, "resolve", [id, 1000]), "MarketInGroup");
      await assertRefused(x.attempt(x.bob, "voidMarket", [id]), "MarketInGroup");
    }
  });

  it("refuse before the close and its settlement grace have passed", async () => {
    await x.chain.travelTo(closeTime() + SETTLEMENT_GRACE_SECONDS - 2);
    for (const name of ["proposeGroup", "resolveGroup"] as const) {
      await assertRefused(x.attempt(x.resolver, name, [groupId, PAYOUTS]), "TooEarly");
    }
  });

  it("refuse payouts that are not one a member or not the whole in sum", async () => {
    await passGrace(x, groupId);
    const wrong = [
      [],
      [1000],
      [500, 500],
      [0, 0, 0],
      [1000, 1, 0],
      [333, 333, 333],
      [0, 1000, 0, 0],
    ];
    for (const payouts of [...wrong, [65_535, 1, 465]]) {
      for (const name of ["proposeGroup", "resolveGroup"] as const) {
        await assertRefused(x.attempt(x.resolver, name, [groupId, payouts]), "PayoutInvalid");
      }
    }
  });

  it("propose payouts that may still change, then resolve all members for good", async () => {
    await passGrace(x, groupId);
    for (const payouts of [[1000, 0, 0], PAYOUTS]) {
      const receipt = await x.write(x.resolver, "proposeGroup", [groupId, payouts]);
      assert.deepEqual(
        x.events(receipt, "MarketProposed"),
        members.map((marketId, i) => ({ marketId, payoutYes: payouts[i] })),
      );
      assert.deepEqual(await statuses(), [2, 2, 2]);
    }
    const lots = await x.read("totalOpenInterestLots");
    const receipt = await x.write(x.resolver, "resolveGroup", [groupId, PAYOUTS]);
    assert.deepEqual(
      x.events(receipt, "MarketResolved"),
      members.map((marketId, i) => ({ marketId, payoutYes: PAYOUTS[i], isVoid: false })),
    );
    assert.deepEqual(await statuses(), [3, 3, 3]);
    assert.equal(await x.read("unredeemedMicro"), lots * 10_000n);
    for (const name of ["proposeGroup", "resolveGroup"] as const) {
      const call = x.attempt(x.resolver, name, [groupId, PAYOUTS]);
      await assertRefused(call, "MarketAlreadyResolved");
    }
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    await assertRefused(x.attempt(x.bob, "voidGroup", [groupId]), "MarketAlreadyResolved");
  });

  it("pay shares and tokens exactly, and shared payouts too", async () => {
    await passGrace(x, groupId);
    await x.write(x.resolver, "resolveGroup", [groupId, [250, 333, 417]]);
    for (const id of members) await x.write(x.bob, "redeem", [x.alice.address, id]);
    await x.write(x.alice, "redeemTokens", [3n]);
    assert.equal(await x.read("unredeemedMicro"), 0n);
    // What was paid in for 7 and 5 pairs: alice holds everything.
    assert.equal((await x.cash(x.alice)) + (await x.walletOf(x.alice)), 120_000n);
  });

  it("refuse to void before the resolver's deadline, and a proposed group until long after", async () => {
    await x.chain.travelTo(closeTime() + MARKET_SECONDS - 100);
    await assertRefused(x.attempt(x.bob, "voidGroup", [groupId]), "TooEarly");
    await x.write(x.resolver, "proposeGroup", [groupId, PAYOUTS]);
    const proposedAt = await x.chain.now();
    const voidDelay = await x.read("PROPOSAL_VOID_DELAY");
    await x.chain.travelTo(proposedAt + voidDelay - 10);
    await x.write(x.resolver, "proposeGroup", [groupId, PAYOUTS]);
    await assertRefused(x.attempt(x.bob, "voidGroup", [groupId]), "TooEarly");
    await x.chain.travelTo(proposedAt + voidDelay + 1);
    await x.write(x.bob, "voidGroup", [groupId]);
    assert.deepEqual(await statuses(), [4, 4, 4]);
  });

  it("void at par, its remainder to the first members, so that every micro is owed to someone", async () => {
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    const receipt = await x.write(x.bob, "voidGroup", [groupId]);
    assert.deepEqual(
      x.events(receipt, "MarketResolved"),
      [334, 333, 333].map((payoutYes, i) => ({ marketId: members[i], payoutYes, isVoid: true })),
    );
    for (const id of members) await x.write(x.bob, "redeem", [x.alice.address, id]);
    await x.write(x.alice, "redeemTokens", [3n]);
    assert.equal(await x.read("unredeemedMicro"), 0n);
  });

  it("take a deal between members while none is resolved, and none afterwards", async () => {
    const bid = async (nonce: bigint) => [
      await x.order(x.bob, { marketId: 4, price: 300, nonce }),
      await x.order(x.carol, { marketId: 4, outcome: 0, price: 700, nonce }),
    ];
    await x.fund(x.bob, 1_000_000n);
    await x.fund(x.carol, 1_000_000n);
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 9, yesPriceTicks: 300 };
    assert.equal((await x.settle(await bid(1n), [fill])).settled, 1);
    await passGrace(x, groupId);
    await x.write(x.resolver, "resolveGroup", [groupId, PAYOUTS]);
    assert.equal((await x.settle(await bid(2n), [fill])).settled, 0);
  });
});
