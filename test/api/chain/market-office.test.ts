import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { getAddress, zeroHash } from "viem";
import { createChainReader } from "../../../api/chain/chain-reader.ts";
import { createMarketOffice, type MarketOffice } from "../../../api/chain/market-office.ts";
import type { ApiConfig } from "../../../api/config.ts";
import type { PrismaClient } from "../../../generated/prisma/client.ts";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { optimisticResolverAbi } from "../../../protocol/abi/optimistic-resolver.ts";
import { priceFeedResolverAbi } from "../../../protocol/abi/price-feed-resolver.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { MarketView } from "../../../protocol/engine/view.ts";
import { createMarketRequestSchema } from "../../../protocol/wire/market.ts";
import { deployExchange } from "../../../scripts/deploy-exchange.ts";
import { DEV_ACCOUNTS } from "../../../scripts/start/dev-accounts.ts";
import { startTestChain } from "../../offchain-engine/chain/test-chain.ts";

const { admin, operator } = DEV_ACCOUNTS;
const FAR = Math.floor(Date.now() / 1000) + 1_000_000;

/** Takes every slug: whether one is taken is tested with the database. */
const openRegister = {
  marketResolution: { createMany: async () => ({ count: 1 }), deleteMany: async () => ({}) },
} as unknown as PrismaClient;

describe("a market office", () => {
  let deployment: Deployment;
  let config: ApiConfig;
  let office: MarketOffice;
  let chain: ReturnType<typeof createChainReader>;
  let stopChain: () => Promise<void>;

  before(async () => {
    const { rpcUrl, stop } = await startTestChain();
    stopChain = stop;
    deployment = await deployExchange({
      rpcUrl,
      deployerKey: admin.privateKey,
      operator: operator.address,
      exitDelaySeconds: 60,
      settlementGraceSeconds: 20,
    });
    chain = createChainReader(rpcUrl);
    config = { MARKET_CREATOR_PRIVATE_KEY: admin.privateKey, RPC_URL: rpcUrl } as ApiConfig;
    office = open(deployment);
  });
  after(() => stopChain());

  function open(place: Deployment): MarketOffice {
    const made = createMarketOffice({ config, chain, deployment: place, prisma: openRegister });
    assert.ok(made);
    return made;
  }

  function request(slug: string, resolution: object) {
    return createMarketRequestSchema.parse({
      slug,
      question: "Will it be as it is said?",
      rules: "As the feed says.",
      closeTime: FAR,
      resolveDeadline: FAR + 1000,
      resolution,
    });
  }

  const count = () =>
    chain.client.readContract({
      address: deployment.exchange,
      abi: exchangeAbi,
      functionName: "marketCount",
    });

  it("refuses what the resolver refuses, and leaves no market behind", async () => {
    const [ETH] = DEV_ACCOUNTS.free;
    const notFeeds = open({ ...deployment, priceFeeds: { ETH: ETH.address } });
    const resolution = { kind: "price_below", symbol: "ETH", threshold: "1" };
    await assert.rejects(notFeeds.create(request("no-feed", resolution)), {
      code: "validation_failed",
    });
    assert.equal(await count(), 0n);
  });

  const price = 3_000_00000000n;
  const conditions: [resolution: object, kind: number, bandBps: number][] = [
    [{ kind: "price_at_or_above", symbol: "ETH", threshold: String(price) }, 1, 0],
    [{ kind: "price_within", symbol: "ETH", basePrice: String(price), bandBps: 10 }, 2, 10],
    [{ kind: "price_below", symbol: "ETH", threshold: String(price) }, 3, 0],
  ];
  for (const [resolution, kind, bandBps] of conditions) {
    it(`creates a market with its condition of kind ${kind} in one transaction`, async () => {
      const hash = await office.create(request(`kind-${kind}`, resolution));
      const { logs } = await chain.client.getTransactionReceipt({ hash });
      assert.deepEqual(
        logs.map((log) => getAddress(log.address)),
        [deployment.exchange, deployment.priceFeedResolver],
      );
      const condition = await chain.client.readContract({
        address: deployment.priceFeedResolver,
        abi: priceFeedResolverAbi,
        functionName: "conditionOf",
        args: [await count()],
      });
      const feed = deployment.priceFeeds["ETH"];
      assert.deepEqual(condition, { feed, kind, bandBps, price });
    });
  }

  it("creates a market that is resolved by answers, and finalizes one", async () => {
    const challengeWindowSeconds = 3600;
    const arbiter = operator.address;
    const resolution = { kind: "optimistic", arbiter, bondMicro: "250", challengeWindowSeconds };
    await assert.rejects(
      office.create(request("short-window", { ...resolution, challengeWindowSeconds: 59 })),
      { code: "validation_failed" },
    );
    await office.create(request("by-answers", resolution));
    const marketId = await count();
    const terms = await chain.client.readContract({
      address: deployment.optimisticResolver,
      abi: optimisticResolverAbi,
      functionName: "termsOf",
      args: [marketId],
    });
    const rulesHash = zeroHash;
    assert.deepEqual(terms, {
      ...{ arbiter, bondMicro: 250n, challengeWindow: challengeWindowSeconds, rulesHash },
    });
    const resolver = deployment.optimisticResolver.toLowerCase();
    const market = { marketId: Number(marketId), resolver } as MarketView;
    await assert.rejects(office.resolve(market, {}), ({ code, details }) => {
      assert.deepEqual([code, details.detail], ["market_not_resolvable", "NoAnswer"]);
      return true;
    });
  });
});
