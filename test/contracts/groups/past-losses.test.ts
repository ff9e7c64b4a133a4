import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { useExchange } from "../support/exchange-fixture.ts";
import { createGroup, giveTokens, memberSet, NO, passGrace } from "../support/groups.ts";
import { assertRefused } from "../support/refusal.ts";

/** What else goes wrong with exclusive outcomes; what audits found is in `../audit-findings-of-groups`. */
describe("in a group it does not come about that", () => {
  const groupId = 1n;
  const x = useExchange(async (fixture) => {
    await createGroup(fixture, 3);
    for (const outcome of [0, 1, 2]) {
      await giveTokens(fixture, fixture.alice, groupId + BigInt(outcome), NO, 100n);
    }
    await fixture.fundShares(fixture.bob, 1, 100);
  });

  it("a member that joins later changes what is owed", async () => {
    const before = await x.read("group", [groupId]);
    await x.createMarket();
    await createGroup(x, 2);
    assert.deepEqual(await x.read("group", [groupId]), before);
    assert.deepEqual(await x.read("groupOf", [4n]), [0n, 0]);
    await assertRefused(
      x.attempt(x.alice, "convertNo", [groupId, memberSet(3), 1n]),
      "MemberSetInvalid",
    );
  });

  it("two members win", async () => {
    await passGrace(x, groupId);
    for (const payouts of [
      [1000, 1000, 0],
      [0, 0, 0],
    ]) {
      const call = x.attempt(x.resolver, "resolveGroup", [groupId, payouts]);
      await assertRefused(call, "PayoutInvalid");
    }
    await assertRefused(x.attempt(x.resolver, "resolve", [1n, 1000]), "MarketInGroup");
  });

  it("a conversion takes what a fill under way needs", async () => {
    await x.fund(x.carol, 1_000_000n);
    const orders = [
      await x.order(x.carol, { marketId: 1, outcome: 0, price: 500 }),
      await x.order(x.bob, { marketId: 1, outcome: 0, side: 1, price: 500 }),
    ];
    // Bob sold his NO and would rather convert them: they lie in escrow, out of a conversion's reach.
    await assert.rejects(x.attempt(x.bob, "convertNo", [groupId, memberSet(0), 100n]));
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    assert.equal((await x.settle(orders, [fill])).settled, 1);
  });
});
