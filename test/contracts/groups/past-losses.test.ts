import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { useExchange } from "../support/exchange-fixture.ts";
import {
  createGroup,
  exportNow,
  giveTokens,
  memberSet,
  NO,
  passGrace,
  YES,
} from "../support/groups.ts";
import { assertRefused } from "../support/refusal.ts";

/** What went wrong with exclusive outcomes elsewhere, and audits found. */
describe("in a group it does not come about that", () => {
  const groupId = 1n;
  const x = useExchange(async (fixture) => {
    await createGroup(fixture, 3);
    for (const outcome of [0, 1, 2]) {
      await giveTokens(fixture, fixture.alice, groupId + BigInt(outcome), NO, 100n);
    }
    await fixture.fundShares(fixture.bob, 1, 100);
  });

  it("NO tokens left over by a conversion drain the collateral", async () => {
    const set = memberSet(0, 1);
    await x.write(x.alice, "convertNo", [groupId, set, 100n]);
    for (const id of [1, 2, 3]) {
      for (const outcome of [NO, YES]) {
        assert.equal(await x.tokensOf(x.exchange, id, outcome), 0n);
      }
    }
    await assert.rejects(x.attempt(x.alice, "convertNo", [groupId, set, 1n]));
    await assert.rejects(x.attempt(x.bob, "convertNo", [groupId, set, 1n]));
    await passGrace(x, groupId);
    for (const id of [1n, 2n]) {
      await assertRefused(x.attempt(x.alice, "mergeTokens", [id, 0n]), "AmountZero");
      await assert.rejects(x.attempt(x.alice, "mergeTokens", [id, 1n]));
    }
    await x.write(x.resolver, "resolveGroup", [groupId, [0, 0, 1000]]);
    await assertRefused(x.attempt(x.alice, "redeemTokens", [1n]), "InsufficientShares");
  });

  it("collateral stranded in the contract goes to whoever converts back", async () => {
    // A gift, and everything that others have in escrow.
    await x.fund(x.bob, 5_000_000n);
    await x.faucet(x.carol, 1_000_000n);
    await x.chain.write(x.carol.address, {
      address: x.collateral,
      abi: [
        {
          type: "function",
          name: "transfer",
          inputs: [
            { name: "to", type: "address" },
            { name: "value", type: "uint256" },
          ],
          outputs: [{ type: "bool" }],
          stateMutability: "nonpayable",
        },
      ],
      functionName: "transfer",
      args: [x.exchange, 1_000_000n],
    });
    // Without an allowance nobody gets the NO.
    await assert.rejects(x.attempt(x.carol, "convertYes", [groupId, memberSet(0, 1, 2), 10n]));
    await x.faucet(x.carol, 200_000n);
    await x.approve(x.carol, 200_000n);
    await x.write(x.carol, "convertYes", [groupId, memberSet(0, 1, 2), 10n]);
    assert.equal(await x.walletOf(x.carol), 0n);
    for (const id of [1n, 2n, 3n]) await exportNow(x, x.carol, id, NO, 10n);
    await x.write(x.carol, "convertNo", [groupId, memberSet(0, 1, 2), 10n]);
    assert.equal(await x.cash(x.carol), 200_000n);
  });

  it("whoever calls early blocks a market that is still to come", async () => {
    for (const name of ["convertNo", "convertYes"] as const) {
      await assertRefused(x.attempt(x.bob, name, [4n, 1n, 1n]), "GroupUnknown");
    }
    await assertRefused(x.attempt(x.bob, "importShares", [4n, NO, 1n]), "MarketUnknown");
    assert.equal(await createGroup(x, 2), 4n);
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
