import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  decodeFunctionResult,
  encodeFunctionData,
  parseAbi,
  parseEventLogs,
  zeroAddress,
} from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { createGroup, exportNow, groupParams, NO, passGrace } from "../support/groups.ts";
import { assertRefused } from "../support/refusal.ts";

/** What one transaction may use on chains since EIP-7825. */
const TRANSACTION_GAS = 2n ** 24n;

describe("createGroup", () => {
  const x = useExchange();

  it("refuses anyone but a market creator", async () => {
    const call = x.attempt(x.alice, "createGroup", [groupParams(x, 3)]);
    await assertRefused(call, "NotMarketCreator");
  });

  it("refuses while trading is paused", async () => {
    await x.write(x.admin, "pauseTrading", []);
    const call = x.attempt(x.admin, "createGroup", [groupParams(x, 3)]);
    await assertRefused(call, "TradingIsPaused");
  });

  it("refuses a single member, more than fit, and a group without slug or title", async () => {
    for (const count of [0, 1, 65]) {
      const call = x.attempt(x.admin, "createGroup", [groupParams(x, count)]);
      await assertRefused(call, "GroupParamsInvalid");
    }
    const long = (bytes: number) => "x".repeat(bytes);
    for (const wrong of [{ slug: "" }, { title: "" }, { slug: long(101) }, { title: long(1201) }]) {
      const call = x.attempt(x.admin, "createGroup", [{ ...groupParams(x, 2), ...wrong }]);
      await assertRefused(call, "GroupParamsInvalid");
    }
  });

  it("refuses what no market can have, in any member", async () => {
    const params = groupParams(x, 3);
    for (const empty of [{ slug: "" }, { question: "" }]) {
      const members = params.members.map((member, i) =>
        i === 2 ? { ...member, ...empty } : member,
      );
      const call = x.attempt(x.admin, "createGroup", [{ ...params, members }]);
      await assertRefused(call, "MarketParamsInvalid");
    }
    const call = x.attempt(x.admin, "createGroup", [{ ...params, resolver: zeroAddress }]);
    await assertRefused(call, "MarketParamsInvalid");
  });

  it("makes members with ids in a row, all at once, and publishes them whole", async () => {
    await x.createMarket();
    const params = groupParams(x, 3, { takerFeeBps: 50, priceStep: 10 });
    const receipt = await x.write(x.admin, "createGroup", [params]);
    assert.deepEqual(x.events(receipt, "GroupCreated"), [
      { groupId: 2n, memberCount: 3, slug: params.slug, title: params.title },
    ]);
    const { slug, title, members, resolverData, ...terms } = params;
    assert.deepEqual(
      x.events(receipt, "MarketCreated"),
      members.map((member, i) => ({ marketId: 2n + BigInt(i), groupId: 2n, ...member, ...terms })),
    );
    assert.deepEqual(await x.read("group", [2n]), { memberCount: 3, excessYesLots: 0n });
    for (const id of [2n, 3n, 4n]) {
      assert.deepEqual(await x.read("groupOf", [id]), [2n, 3]);
      const { status, closeTime, takerFeeBps } = await x.read("market", [id]);
      assert.deepEqual([status, closeTime, takerFeeBps], [1, params.closeTime, 50]);
    }
  });

  it("tells the resolver once, of the group, when all of its members are there", async () => {
    const resolver = await x.chain.deploy("CallbackResolver", x.admin.address);
    const last = { abi: exchangeAbi, functionName: "market", args: [3n] } as const;
    const resolverData = encodeFunctionData(last);
    const params = groupParams(x, 3, { resolver, resolverData });
    const receipt = await x.write(x.admin, "createGroup", [params]);
    const abi = parseAbi(["event CalledBack(uint64 indexed marketId, bytes returned)"]);
    const told = parseEventLogs({ abi, logs: receipt.logs });
    assert.deepEqual(
      told.map(({ args }) => args.marketId),
      [1n],
    );
    const data = told[0]?.args.returned ?? "0x";
    assert.deepEqual(decodeFunctionResult({ ...last, data }), await x.read("market", [3n]));
  });

  it("refuses what the resolver refuses, and the group with it", async () => {
    const resolver = await x.chain.deploy("CallbackResolver", x.admin.address);
    const refused = encodeFunctionData({ abi: exchangeAbi, functionName: "pauseTrading" });
    const params = groupParams(x, 3, { resolver, resolverData: refused });
    await assertRefused(x.attempt(x.admin, "createGroup", [params]), "NotGuardian");
    await assert.rejects(x.write(x.admin, "createGroup", [params]));
    assert.equal(await x.read("marketCount"), 0n);
  });

  it("leaves other markets in no group, before and after", async () => {
    await x.createMarket();
    await createGroup(x, 2);
    const after = BigInt(await x.createMarket());
    assert.equal(after, 4n);
    for (const id of [1n, after]) {
      assert.deepEqual(await x.read("groupOf", [id]), [0n, 0]);
      await assert.rejects(x.read("group", [id]));
    }
    await assert.rejects(x.read("group", [3n]));
    await assert.rejects(x.read("groupOf", [5n]));
  });

  it("gives two groups members of their own: nobody can take a condition beforehand", async () => {
    const first = await createGroup(x, 2);
    const same = await createGroup(x, 2);
    assert.deepEqual([first, same], [1n, 3n]);
    assert.deepEqual(await x.read("groupOf", [2n]), [1n, 2]);
    assert.deepEqual(await x.read("groupOf", [3n]), [3n, 2]);
  });

  it("fits the most members into one transaction, in all that is done to them together", async () => {
    assert.equal(await x.read("MAX_GROUP_MEMBERS"), 64);
    const receipts = [await x.write(x.admin, "createGroup", [groupParams(x, 64)])];
    await x.faucet(x.alice, 64_000_000n);
    await x.approve(x.alice, 64_000_000n);
    const all = 2n ** 64n - 1n;
    receipts.push(await x.write(x.alice, "convertYes", [1n, all, 10n]));
    await exportNow(x, x.alice, 1n, NO, 10n);
    receipts.push(await x.write(x.alice, "convertNo", [1n, 1n, 10n]));
    await passGrace(x, 1n);
    const payouts = Array.from({ length: 64 }, (_, i) => (i === 0 ? 1000 : 0));
    receipts.push(await x.write(x.resolver, "proposeGroup", [1n, payouts]));
    receipts.push(await x.write(x.resolver, "resolveGroup", [1n, payouts]));
    for (const { gasUsed } of receipts) assert.ok(gasUsed < TRANSACTION_GAS / 2n, `${gasUsed}`);
  });
});
