import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { zeroHash } from "viem";
import { useExchange } from "../support/exchange-fixture.ts";
import { createGroup } from "../support/groups.ts";
import {
  AWARD_MICRO,
  BOND_MICRO,
  OptimisticFixture,
  PHASE,
  VOID_DELAY_SECONDS,
  WINDOW_SECONDS,
} from "../support/optimistic-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

const RESOLVED = 3;
const VOID = 4;
const MEMBERS = 3;

describe("OptimisticResolver of a group", () => {
  let o: OptimisticFixture;
  let groupId: bigint;
  const x = useExchange(async (fixture) => {
    o = await OptimisticFixture.deploy(fixture);
    await o.market();
    const options = { resolver: o.resolver, resolverData: o.terms() };
    groupId = await createGroup(fixture, MEMBERS, options);
  });

  const outcomes = async () => {
    const ids = Array.from({ length: MEMBERS }, (_, i) => groupId + BigInt(i));
    return Promise.all(ids.map((id) => o.outcome(id)));
  };

  it("has its terms under its first market alone", async () => {
    assert.equal((await o.read("termsOf", [groupId])).bondMicro, BOND_MICRO);
    await x.chain.travelTo(o.opensAt);
    const proposing = o.attempt(x.alice, "propose", [groupId + 1n, [1000], zeroHash]);
    await assertRefused(proposing, "TermsMissing");
  });

  it("refuses payouts that are not one for each member with the sum 1000", async () => {
    await x.chain.travelTo(o.opensAt);
    const wrong: [payouts: number[], error: string][] = [
      [[1000], "MarketInGroup"],
      [[], "PayoutInvalid"],
      [[1000, 0], "PayoutInvalid"],
      [[1000, 0, 0, 0], "PayoutInvalid"],
      [[1000, 1, 0], "PayoutInvalid"],
      [[500, 499, 0], "PayoutInvalid"],
    ];
    for (const [payouts, error] of wrong) {
      const proposing = o.attempt(x.alice, "propose", [groupId, payouts, zeroHash]);
      await assertRefused(proposing, error);
    }
  });

  it("refuses before the close and the settlement grace are over", async () => {
    await o.at(o.opensAt - 1);
    await assertRefused(o.propose(x.alice, groupId, [0, 1000, 0]), "TooEarly");
  });

  for (const payouts of [
    [0, 1000, 0],
    [500, 0, 500],
  ]) {
    it(`resolves all members by an unchallenged answer of ${payouts}`, async () => {
      await o.proposeInTime(x.alice, groupId, payouts);
      assert.deepEqual((await o.read("answerOf", [groupId])).payoutsYes, payouts);
      await o.at(o.opensAt + WINDOW_SECONDS);
      await o.write(x.carol, "finalize", [groupId]);
      assert.deepEqual(
        await outcomes(),
        payouts.map((payout) => [RESOLVED, payout]),
      );
      assert.equal(await o.credit(x.alice), BOND_MICRO);
    });
  }

  const rulings: [what: string, payouts: number[], winner: "alice" | "bob"][] = [
    ["for the proposer where all payouts are as proposed", [0, 1000, 0], "alice"],
    ["for the challenger where the winner is another", [1000, 0, 0], "bob"],
    ["for the challenger where the winner is the same but not alone", [1, 999, 0], "bob"],
  ];
  for (const [what, payouts, winner] of rulings) {
    it(`is ruled ${what}`, async () => {
      await o.proposeInTime(x.alice, groupId, [0, 1000, 0]);
      await o.write(x.bob, "challenge", [groupId, zeroHash]);
      await o.write(o.arbiter, "arbitrate", [groupId, payouts, zeroHash]);
      assert.equal(await o.credit(x[winner]), AWARD_MICRO);
      assert.deepEqual(
        await outcomes(),
        payouts.map((payout) => [RESOLVED, payout]),
      );
    });
  }

  it("gives the bonds back when the group is void", async () => {
    await o.proposeInTime(x.alice, groupId, [0, 1000, 0]);
    await o.write(x.bob, "challenge", [groupId, zeroHash]);
    await x.chain.travelTo(o.opensAt + VOID_DELAY_SECONDS + 1);
    await x.write(x.dave, "voidGroup", [groupId]);
    assert.deepEqual(await outcomes(), [
      [VOID, 334],
      [VOID, 333],
      [VOID, 333],
    ]);
    await o.write(x.carol, "releaseBonds", [groupId]);
    assert.deepEqual([await o.credit(x.alice), await o.credit(x.bob)], [BOND_MICRO, BOND_MICRO]);
    assert.equal(await o.phase(groupId), PHASE.closed);
  });
});
