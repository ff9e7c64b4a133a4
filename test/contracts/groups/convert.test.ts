import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { decodeLogs } from "../../../offchain-engine/chain/decode-logs.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { createGroup, giveTokens, memberSet, NO, passGrace, YES } from "../support/groups.ts";
import { assertRefused } from "../support/refusal.ts";

const COUNT = 4;

describe("convertNo and convertYes", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await createGroup(fixture, COUNT);
  });
  const groupId = 2n;
  const member = (index: number) => groupId + BigInt(index);
  const give = (index: number, outcome: 0 | 1, lots: bigint) =>
    giveTokens(x, x.alice, member(index), outcome, lots);
  const excess = async () => (await x.read("group", [groupId])).excessYesLots;

  async function giveCollateral(micro: bigint) {
    await x.faucet(x.alice, micro);
    await x.approve(x.alice, micro);
  }

  it("refuse a market in no group, a member that is not the first, and an unknown group", async () => {
    for (const name of ["convertNo", "convertYes"] as const) {
      for (const id of [1n, member(1), 99n]) {
        await assertRefused(x.attempt(x.alice, name, [id, 1n, 1n]), "GroupUnknown");
      }
    }
  });

  it("refuse no members, members beyond the group, and nothing", async () => {
    await giveCollateral(10_000_000n);
    for (const name of ["convertNo", "convertYes"] as const) {
      for (const set of [0n, 1n << BigInt(COUNT), 1n | (1n << 255n)]) {
        await assertRefused(x.attempt(x.alice, name, [groupId, set, 1n]), "MemberSetInvalid");
      }
      await assertRefused(x.attempt(x.alice, name, [groupId, 1n, 0n]), "AmountZero");
    }
  });

  it("refuse more than the wallet's tokens, whatever lies in escrow", async () => {
    await give(0, NO, 10n);
    await x.fundShares(x.alice, Number(member(1)), 50);
    await assert.rejects(x.attempt(x.alice, "convertNo", [groupId, memberSet(0), 11n]));
    await assert.rejects(x.attempt(x.alice, "convertNo", [groupId, memberSet(0, 1), 1n]));
    await assert.rejects(x.attempt(x.alice, "convertYes", [groupId, memberSet(1), 1n]));
    await assert.rejects(x.attempt(x.bob, "convertNo", [groupId, memberSet(0), 1n]));
    await assertRefused(
      x.attempt(x.alice, "convertYes", [groupId, memberSet(0, 1, 2, 3), 2n ** 64n - 1n]),
      "EscrowFull",
    );
  });

  it("turn one NO into the YES of every other member, without cash", async () => {
    await give(0, NO, 10n);
    const receipt = await x.write(x.alice, "convertNo", [groupId, memberSet(0), 10n]);
    const told = { account: x.alice.address, groupId, memberCount: COUNT, memberSet: 1n };
    assert.deepEqual(x.events(receipt, "NoConverted"), [
      { ...told, quantityLots: 10n, cashMicro: 0n },
    ]);
    assert.equal(await x.tokensOf(x.alice, Number(groupId), NO), 0n);
    assert.deepEqual(await x.shares(x.alice, Number(member(0))), [10, 0]);
    for (const i of [1, 2, 3]) {
      assert.deepEqual(await x.shares(x.alice, Number(member(i))), [10, 0]);
    }
    assert.equal(await x.cash(x.alice), 0n);
    assert.equal(await excess(), 10n);
    assert.equal(await x.read("totalOpenInterestLots"), 10n);
  });

  it("turn k NO into the other YES and k - 1 collateral, in escrow", async () => {
    for (const i of [0, 2, 3]) await give(i, NO, 10n);
    const set = memberSet(0, 2, 3);
    const receipt = await x.write(x.alice, "convertNo", [groupId, set, 7n]);
    assert.deepEqual(x.events(receipt, "NoConverted"), [
      {
        account: x.alice.address,
        groupId,
        memberCount: COUNT,
        memberSet: set,
        quantityLots: 7n,
        cashMicro: 140_000n,
      },
    ]);
    assert.equal(await x.cash(x.alice), 140_000n);
    assert.equal(await x.walletOf(x.alice), 0n);
    assert.deepEqual(await x.shares(x.alice, Number(member(1))), [7, 0]);
    for (const i of [0, 2, 3]) {
      assert.equal(await x.tokensOf(x.alice, Number(member(i)), NO), 3n);
      assert.equal((await x.read("market", [member(i)])).openInterestLots, 3n);
    }
    assert.equal(await x.read("totalOpenInterestLots"), 16n);
  });

  it("turn the NO of all members into collateral alone", async () => {
    for (const i of [0, 1, 2, 3]) await give(i, NO, 5n);
    await x.write(x.alice, "convertNo", [groupId, memberSet(0, 1, 2, 3), 5n]);
    assert.equal(await x.cash(x.alice), 150_000n);
    assert.equal(await excess(), 5n);
    // What is left: a YES of each member, which together are one collateral.
    assert.equal(await x.read("totalOpenInterestLots"), 5n);
  });

  it("turn YES and the wallet's collateral into NO, below no excess too", async () => {
    await give(3, YES, 10n);
    await giveCollateral(1_000_000n);
    const set = memberSet(0, 1, 2);
    const receipt = await x.write(x.alice, "convertYes", [groupId, set, 10n]);
    assert.deepEqual(x.events(receipt, "YesConverted"), [
      {
        account: x.alice.address,
        groupId,
        memberCount: COUNT,
        memberSet: set,
        quantityLots: 10n,
        cashMicro: 200_000n,
      },
    ]);
    assert.equal(await x.walletOf(x.alice), 800_000n);
    assert.equal(await x.cash(x.alice), 0n);
    for (const i of [0, 1, 2]) {
      assert.deepEqual(await x.shares(x.alice, Number(member(i))), [0, 10]);
    }
    assert.equal(await excess(), -10n);
    assert.equal(await x.read("totalOpenInterestLots"), 30n);
  });

  it("make NO of every member for n - 1 collateral, without a YES", async () => {
    await giveCollateral(90_000n);
    await x.write(x.alice, "convertYes", [groupId, memberSet(0, 1, 2, 3), 3n]);
    assert.equal(await x.walletOf(x.alice), 0n);
    assert.equal(await excess(), -3n);
    await assertRefused(
      x.attempt(x.alice, "convertYes", [groupId, memberSet(0, 1, 2, 3), 0n]),
      "AmountZero",
    );
  });

  it("credit in escrow exactly what the engine reads from their events", async () => {
    for (const i of [0, 1]) await give(i, NO, 10n);
    await give(3, YES, 10n);
    await giveCollateral(1_000_000n);
    const escrow = async () => ({
      cashMicro: await x.cash(x.alice),
      shares: await Promise.all([0, 1, 2, 3].map((i) => x.shares(x.alice, Number(member(i))))),
    });
    for (const [name, set] of [
      ["convertNo", memberSet(0, 1)],
      ["convertYes", memberSet(0, 1, 2)],
    ] as const) {
      const expected = await escrow();
      const { logs } = await x.write(x.alice, name, [groupId, set, 10n]);
      const [event] = decodeLogs(
        logs.filter(({ address }) => address === x.exchange.toLowerCase()),
      );
      assert.ok(event?.type === "positions_converted");
      expected.cashMicro += BigInt(event.cashMicro);
      for (const marketId of event.marketIds) {
        const shares = expected.shares[marketId - Number(groupId)] ?? [0, 0];
        shares[event.outcome === YES ? 0 : 1] += Number(event.quantityLots);
      }
      assert.deepEqual(await escrow(), expected);
    }
  });

  it("undo each other, to the last micro", async () => {
    for (const i of [0, 1]) await give(i, NO, 10n);
    await x.write(x.alice, "convertNo", [groupId, memberSet(0, 1), 10n]);
    assert.equal(await x.cash(x.alice), 100_000n);
    for (const i of [2, 3]) {
      await x.write(x.alice, "requestExport", [member(i), YES, 10n]);
    }
    await x.chain.travelTo((await x.chain.now()) + 3600);
    for (const i of [2, 3])
      await x.write(x.bob, "executeExport", [x.alice.address, member(i), YES]);
    await giveCollateral(100_000n);
    await x.write(x.alice, "convertYes", [groupId, memberSet(0, 1), 10n]);
    assert.equal(await excess(), 0n);
    assert.equal(await x.read("totalOpenInterestLots"), 20n);
    assert.deepEqual(await x.shares(x.alice, Number(member(0))), [10, 10]);
    assert.deepEqual(await x.shares(x.alice, Number(member(2))), [0, 0]);
  });

  it("go on during a pause, unless collateral comes in", async () => {
    await give(0, NO, 10n);
    await give(1, NO, 10n);
    for (const i of [2, 3]) await give(i, YES, 10n);
    await giveCollateral(1_000_000n);
    await x.write(x.admin, "pauseTrading", []);
    await x.write(x.alice, "convertNo", [groupId, memberSet(0, 1), 1n]);
    const pays = x.attempt(x.alice, "convertYes", [groupId, memberSet(0, 1), 1n]);
    await assertRefused(pays, "TradingIsPaused");
    // Only the YES of members 2 and 3 are tokens; one of member 1 is missing for the exchange without cash.
    await x.write(x.admin, "resumeTrading", []);
    await give(1, YES, 1n);
    await x.write(x.admin, "pauseTrading", []);
    await x.write(x.alice, "convertYes", [groupId, memberSet(0), 1n]);
  });

  it("go on from the close until the group is resolved, proposed or not", async () => {
    await give(0, NO, 10n);
    await giveCollateral(1_000_000n);
    await passGrace(x, groupId);
    await x.write(x.alice, "convertNo", [groupId, memberSet(0), 1n]);
    await x.write(x.resolver, "proposeGroup", [groupId, [1000, 0, 0, 0]]);
    await x.write(x.alice, "convertNo", [groupId, memberSet(0), 1n]);
    await x.write(x.alice, "convertYes", [groupId, memberSet(0, 1, 2, 3), 1n]);
    await x.write(x.resolver, "resolveGroup", [groupId, [1000, 0, 0, 0]]);
    for (const [name, set] of [
      ["convertNo", memberSet(0)],
      ["convertYes", memberSet(0, 1, 2, 3)],
    ] as const) {
      const call = x.attempt(x.alice, name, [groupId, set, 1n]);
      await assertRefused(call, "MarketAlreadyResolved");
    }
  });

  it("leave a group apart from every other", async () => {
    const other = await createGroup(x, 2);
    await giveTokens(x, x.alice, other, NO, 10n);
    await x.write(x.alice, "convertNo", [other, memberSet(0), 10n]);
    assert.equal(await excess(), 0n);
    assert.equal((await x.read("group", [other])).excessYesLots, 10n);
    await assert.rejects(x.attempt(x.alice, "convertNo", [groupId, memberSet(0), 1n]));
  });
});
