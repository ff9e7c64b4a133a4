import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  decodeFunctionResult,
  encodeAbiParameters,
  encodeFunctionData,
  keccak256,
  parseAbi,
  parseEventLogs,
  toHex,
  zeroAddress,
} from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { exchangeRolesAbi } from "../../../protocol/abi/exchange-roles.ts";
import {
  EXIT_DELAY_SECONDS,
  type MarketOptions,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("createMarket", () => {
  const x = useExchange();

  it("refuses anyone but a market creator", async () => {
    await assertRefused(x.attempt(x.alice, "createMarket", [x.marketParams()]), "NotMarketCreator");
  });

  it("refuses what no market can have", async () => {
    const closeTime = x.startTime + 1000;
    const invalid: MarketOptions[] = [
      { closeTime: x.startTime },
      { closeTime, resolveDeadline: closeTime + SETTLEMENT_GRACE_SECONDS + EXIT_DELAY_SECONDS - 1 },
      { closeTime, resolveDeadline: closeTime + 365 * 86_400 + 1 },
      { resolver: zeroAddress },
      { takerFeeBps: 10_001 },
      { priceStep: 0 },
      { priceStep: 5 },
    ];
    for (const options of invalid) {
      const call = x.attempt(x.admin, "createMarket", [x.marketParams(options)]);
      await assertRefused(call, "MarketParamsInvalid");
    }
  });

  it("refuses a text that is missing or longer than it may be", async () => {
    const wrong = [
      { slug: "" },
      { question: "" },
      { slug: "s".repeat(101) },
      { question: "q".repeat(1_201) },
      { rules: "r".repeat(16_001) },
      { category: "c".repeat(161) },
    ];
    for (const text of wrong) {
      const call = x.attempt(x.admin, "createMarket", [{ ...x.marketParams(), ...text }]);
      await assertRefused(call, "MarketParamsInvalid");
    }
  });

  it("takes texts of the greatest lengths, and no rules and category at all", async () => {
    const long = {
      slug: "s".repeat(100),
      question: "q".repeat(1_200),
      rules: "r".repeat(16_000),
      category: "c".repeat(160),
    };
    for (const texts of [long, { rules: "", category: "" }]) {
      await x.write(x.admin, "createMarket", [{ ...x.marketParams(), ...texts }]);
    }
    assert.equal(await x.read("marketCount"), 2n);
  });

  it("refuses while trading is paused", async () => {
    await x.write(x.admin, "pauseTrading", []);
    const call = x.attempt(x.admin, "createMarket", [x.marketParams()]);
    await assertRefused(call, "TradingIsPaused");
  });

  it("takes a deadline that leaves the exit delay after the grace", async () => {
    const closeTime = x.startTime + 1000;
    const resolveDeadline = closeTime + SETTLEMENT_GRACE_SECONDS + EXIT_DELAY_SECONDS;
    const id = await x.createMarket({ closeTime, resolveDeadline });
    assert.equal((await x.read("market", [BigInt(id)])).resolveDeadline, resolveDeadline);
  });

  it("refuses terms for a resolver that is a plain account", async () => {
    const params = x.marketParams({ resolverData: "0x01" });
    await assert.rejects(x.attempt(x.admin, "createMarket", [params]), /revert/);
    assert.equal(await x.read("marketCount"), 0n);
  });

  it("refuses what the resolver refuses, and the market with it", async () => {
    const resolver = await x.chain.deploy("CallbackResolver", x.admin.address);
    const refused = encodeFunctionData({ abi: exchangeAbi, functionName: "pauseTrading" });
    const params = x.marketParams({ resolver, resolverData: refused });
    await assertRefused(x.attempt(x.admin, "createMarket", [params]), "NotGuardian");
    await assert.rejects(x.write(x.admin, "createMarket", [params]));
    assert.equal(await x.read("marketCount"), 0n);
  });

  it("refuses a resolver that creates another market within", async () => {
    const resolver = await x.chain.deploy("CallbackResolver", x.admin.address);
    await x.chain.write(x.admin.address, {
      address: await x.read("roles"),
      abi: exchangeRolesAbi,
      functionName: "grantRole",
      args: [keccak256(toHex("MARKET_CREATOR_ROLE")), resolver],
    });
    const resolverData = encodeFunctionData({
      abi: exchangeAbi,
      functionName: "createMarket",
      args: [x.marketParams()],
    });
    const params = x.marketParams({ resolver, resolverData });
    await assertRefused(
      x.attempt(x.admin, "createMarket", [params]),
      "ReentrancyGuardReentrantCall",
    );
    await assert.rejects(x.write(x.admin, "createMarket", [params]));
  });

  it("tells the resolver of the market in the same transaction, when the market is there", async () => {
    const resolver = await x.chain.deploy("CallbackResolver", x.admin.address);
    const functionName = "market";
    const resolverData = encodeFunctionData({ abi: exchangeAbi, functionName, args: [1n] });
    const params = x.marketParams({ resolver, resolverData });
    const receipt = await x.write(x.admin, "createMarket", [params]);
    assert.deepEqual(
      receipt.logs.map((log) => log.address),
      [x.exchange, resolver].map((address) => address.toLowerCase()),
    );
    const abi = parseAbi(["event CalledBack(uint64 indexed marketId, bytes returned)"]);
    const [told] = parseEventLogs({ abi, logs: receipt.logs });
    assert.equal(told?.args.marketId, 1n);
    const data = told?.args.returned;
    const seen = decodeFunctionResult({ abi: exchangeAbi, functionName, data });
    assert.deepEqual(seen, await x.read("market", [1n]));
  });

  it("refuses to show a market that is not there", async () => {
    await assert.rejects(x.read("market", [1n]));
  });

  it("numbers markets from 1, publishes them whole and keeps the hash of their texts", async () => {
    const params = x.marketParams({ takerFeeBps: 50, priceStep: 10 });
    const receipt = await x.write(x.admin, "createMarket", [params]);
    const { resolverData: _, ...published } = params;
    assert.deepEqual(x.events(receipt, "MarketCreated"), [
      { marketId: 1n, groupId: 0n, ...published },
    ]);
    const { slug, question, rules, category } = params;
    const text = { type: "string" } as const;
    const texts = encodeAbiParameters([text, text, text, text], [slug, question, rules, category]);
    assert.deepEqual(await x.read("market", [1n]), {
      closeTime: params.closeTime,
      resolveDeadline: params.resolveDeadline,
      resolver: params.resolver,
      takerFeeBps: 50,
      priceStep: 10,
      status: 1,
      payoutYes: 0,
      openInterestLots: 0n,
      metadataHash: keccak256(texts),
    });
    assert.equal(await x.createMarket(), 2);
  });
});
