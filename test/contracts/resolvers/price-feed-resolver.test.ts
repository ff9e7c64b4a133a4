import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  type Address,
  concat,
  getAddress,
  keccak256,
  numberToHex,
  parseEventLogs,
  zeroAddress,
} from "viem";
import { devPriceFeedAbi } from "../../../protocol/abi/dev-price-feed.ts";
import { priceFeedResolverAbi } from "../../../protocol/abi/price-feed-resolver.ts";
import { CONDITION_KIND, encodePriceCondition } from "../../../protocol/price-condition.ts";
import type { Actor } from "../support/actor.ts";
import {
  MARKET_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import { groupParams } from "../support/groups.ts";
import { assertRefused } from "../support/refusal.ts";

const { price_at_or_above: AT_OR_ABOVE, price_within: WITHIN, price_below: BELOW } = CONDITION_KIND;
const MAX_ROUND_DELAY_SECONDS = 3600;
const BASE = 3000_00000000n;

describe("PriceFeedResolver", () => {
  let resolver: Address;
  let feed: Address;
  const x = useExchange(async (fixture) => {
    const { chain, admin, exchange } = fixture;
    feed = await chain.deploy("DevPriceFeed", admin.address, ["ETH / USD", BASE]);
    const args = [exchange, BigInt(MAX_ROUND_DELAY_SECONDS)];
    resolver = await chain.deploy("PriceFeedResolver", admin.address, args);
  });
  const closeTime = () => x.startTime + MARKET_SECONDS;
  const condition = (overrides = {}) => ({
    feed,
    kind: AT_OR_ABOVE,
    bandBps: 0,
    price: BASE,
    ...overrides,
  });

  const call = (functionName: string, args: readonly unknown[]) => ({
    address: resolver,
    abi: priceFeedResolverAbi,
    functionName,
    args,
  });
  const attempt = (from: Actor, functionName: string, args: readonly unknown[]) =>
    x.chain.reader.simulateContract({
      ...call(functionName, args),
      account: from.address,
    } as never);
  /** Market 1, with a condition. */
  const create = (overrides = {}) =>
    x.createMarket({ resolver, resolverData: encodePriceCondition(condition(overrides)) });
  const resolve = (roundId: bigint) =>
    x.chain.write(x.carol.address, call("resolve", [1n, roundId]) as never);

  /** A new round of the feed at a time. */
  async function push(answer: bigint, time: number): Promise<void> {
    await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(time) });
    const args = [answer];
    const pushed = { address: feed, abi: devPriceFeedAbi, functionName: "push", args };
    await x.chain.write(x.admin.address, pushed);
  }

  /** The feed changes its aggregator at a time: a new phase, whose first round has an answer. */
  async function beginPhase(firstAnswer: bigint, time: number): Promise<void> {
    await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(time) });
    const args = [firstAnswer];
    const begun = { address: feed, abi: devPriceFeedAbi, functionName: "beginPhase", args };
    await x.chain.write(x.admin.address, begun);
  }

  const pastGrace = () => x.chain.travelTo(closeTime() + SETTLEMENT_GRACE_SECONDS + 1);

  it("takes no condition from anyone but the exchange", async () => {
    const data = encodePriceCondition(condition());
    await assertRefused(attempt(x.admin, "marketCreated", [1n, data]), "NotExchange");
  });

  it("refuses a group of markets, which one price cannot decide", async () => {
    const resolverData = encodePriceCondition(condition());
    const params = groupParams(x, 2, { resolver, resolverData });
    await assertRefused(x.attempt(x.admin, "createGroup", [params]), "GroupNotResolvable");
  });

  it("refuses a condition that means nothing", async () => {
    const invalid = [
      { kind: 0 },
      { price: 0n },
      { price: -1n },
      { bandBps: 10 },
      { kind: WITHIN },
      { kind: WITHIN, bandBps: 10_001 },
      { feed: zeroAddress },
      { feed: x.alice.address },
    ];
    for (const overrides of invalid) {
      const resolverData = encodePriceCondition(condition(overrides));
      const params = x.marketParams({ resolver, resolverData });
      await assertRefused(x.attempt(x.admin, "createMarket", [params]), "ConditionInvalid");
    }
    for (const resolverData of ["0x01", encodePriceCondition(condition({ kind: 4 }))] as const) {
      const params = x.marketParams({ resolver, resolverData });
      await assert.rejects(x.attempt(x.admin, "createMarket", [params]), /revert/);
    }
  });

  it("leaves a market that was created without a condition to its void", async () => {
    await x.createMarket({ resolver });
    await assertRefused(attempt(x.carol, "resolve", [1n, 1n]), "ConditionMissing");
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    await x.write(x.carol, "voidMarket", [1n]);
  });

  it("has the condition from the market's creation on, and says so", async () => {
    const resolverData = encodePriceCondition(condition({ kind: WITHIN, bandBps: 10 }));
    const params = x.marketParams({ resolver, resolverData });
    const { logs } = await x.write(x.admin, "createMarket", [params]);
    const terms = { feed: getAddress(feed), kind: WITHIN, bandBps: 10, price: BASE };
    const [set] = parseEventLogs({ abi: priceFeedResolverAbi, logs });
    assert.deepEqual([set?.eventName, set?.args], ["ConditionSet", { marketId: 1n, ...terms }]);
    const { reader } = x.chain;
    assert.deepEqual(await reader.readContract(call("conditionOf", [1n]) as never), terms);
  });

  it("refuses a round before the close", async () => {
    await create();
    await push(BASE, closeTime() - 1);
    await pastGrace();
    await assertRefused(attempt(x.carol, "resolve", [1n, 2n]), "RoundTooEarly");
  });

  it("refuses a round after the first one, so that none can be picked", async () => {
    await create();
    await push(BASE - 1n, closeTime());
    await push(BASE + 1n, closeTime() + 10);
    await pastGrace();
    await assertRefused(attempt(x.carol, "resolve", [1n, 3n]), "RoundNotFirst");
    await resolve(2n);
    assert.equal((await x.read("market", [1n])).payoutYes, 0);
  });

  it("refuses a feed's very first round, which has no predecessor to prove it", async () => {
    await create();
    // The feed's only round moves behind the close: the second word of its phase's first entry.
    const phase = keccak256(concat([numberToHex(0, { size: 32 }), numberToHex(2, { size: 32 })]));
    const rounds = BigInt(keccak256(phase));
    await x.chain.control.setStorageAt({
      address: feed,
      index: numberToHex(rounds + 1n, { size: 32 }),
      value: numberToHex(closeTime() + 1, { size: 32 }),
    });
    await pastGrace();
    await assertRefused(attempt(x.carol, "resolve", [1n, 1n]), "RoundNotFirst");
  });

  it("refuses a round of another phase than the feed was in, so that none can be picked", async () => {
    await create();
    await beginPhase(BASE, closeTime() - 1);
    await push(BASE, closeTime() + 1);
    await pastGrace();
    const round = (1n << 64n) + 2n;
    await assertRefused(attempt(x.carol, "resolve", [1n, round]), "RoundOfOtherPhase");
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    await x.write(x.carol, "voidMarket", [1n]);
    assert.equal((await x.read("market", [1n])).payoutYes, 500);
  });

  it("refuses a round that came too long after the close", async () => {
    await create();
    await push(BASE, closeTime() + MAX_ROUND_DELAY_SECONDS + 1);
    await assertRefused(attempt(x.carol, "resolve", [1n, 2n]), "RoundTooLate");
  });

  it("refuses an answer of zero or below, and a round that is not there", async () => {
    await create();
    await push(0n, closeTime() + 1);
    await pastGrace();
    await assertRefused(attempt(x.carol, "resolve", [1n, 2n]), "AnswerInvalid");
    await assert.rejects(attempt(x.carol, "resolve", [1n, 99n]));
  });

  it("refuses before the exchange's settlement grace has passed", async () => {
    await create();
    await push(BASE, closeTime() + 1);
    await assertRefused(attempt(x.carol, "resolve", [1n, 2n]), "TooEarly");
  });

  it("resolves at or above a threshold by anyone's call, and says by which round", async () => {
    await create();
    await push(BASE, closeTime());
    await pastGrace();
    const receipt = await resolve(2n);
    const logs = parseEventLogs({ abi: priceFeedResolverAbi, logs: receipt.logs });
    assert.deepEqual(logs.find((log) => log.eventName === "ResolvedByRound")?.args, {
      marketId: 1n,
      roundId: 2n,
      answer: BASE,
      payoutYes: 1000,
    });
    const { status, payoutYes } = await x.read("market", [1n]);
    assert.deepEqual([status, payoutYes], [3, 1000]);
  });

  it("resolves by the phase that the feed was in when the market was created", async () => {
    await beginPhase(BASE, closeTime() - 10);
    await create();
    await push(BASE, closeTime());
    await pastGrace();
    await resolve((1n << 64n) + 2n);
    assert.equal((await x.read("market", [1n])).payoutYes, 1000);
  });

  it("resolves below a threshold, which is not itself below", async () => {
    for (const [answer, payout] of [
      [BASE - 1n, 1000],
      [BASE, 0],
    ] as const) {
      const id = await x.chain.snapshot();
      await create({ kind: BELOW });
      await push(answer, closeTime());
      await pastGrace();
      await resolve(2n);
      assert.equal((await x.read("market", [1n])).payoutYes, payout);
      await x.chain.revert(id);
    }
  });

  it("resolves within a band on either side, its edges included", async () => {
    // 0.1 % of 3000 is 3.
    const cases: [bigint, number][] = [
      [3003_00000000n, 1000],
      [2997_00000000n, 1000],
      [3003_00000001n, 0],
      [2996_99999999n, 0],
    ];
    for (const [answer, payout] of cases) {
      const id = await x.chain.snapshot();
      await create({ kind: WITHIN, bandBps: 10 });
      await push(answer, closeTime() + 5);
      await pastGrace();
      await resolve(2n);
      assert.equal((await x.read("market", [1n])).payoutYes, payout);
      await x.chain.revert(id);
    }
  });
});
