import { type Abi, type Address, type Hex, isAddressEqual } from "viem";
import type { z } from "zod";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { optimisticResolverAbi } from "../../protocol/abi/optimistic-resolver.ts";
import { priceFeedResolverAbi } from "../../protocol/abi/price-feed-resolver.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { MarketView } from "../../protocol/engine/view.ts";
import type {
  createMarketRequestSchema,
  ResolveMarketRequest,
} from "../../protocol/wire/market.ts";
import type { ApiConfig } from "../config.ts";
import { ApiProblem } from "../problem.ts";
import { type ChainReader, fromChain } from "./chain-reader.ts";
import { firstRoundAtOrAfter } from "./price-feed.ts";
import { resolverOf } from "./resolver-of.ts";
import {
  CallReverted,
  createServerWallet,
  type ServerCall,
  type ServerWallet,
} from "./server-wallet.ts";

type CreateMarket = z.output<typeof createMarketRequestSchema>;

/** Creates and resolves markets with the server's own key. */
export interface MarketOffice {
  /** Returns the creating transaction's hash once it is mined. */
  create(request: CreateMarket): Promise<Hex>;
  /** Triggers the market's resolver. @throws ApiProblem `market_not_resolvable` with the reason. */
  resolve(market: MarketView, request: ResolveMarketRequest): Promise<Hex>;
}

/** Exchange and resolvers call each other: a call may revert with another's error. */
const ERRORS: Abi = [exchangeAbi, priceFeedResolverAbi, optimisticResolverAbi].flatMap((abi) =>
  abi.filter(({ type }) => type === "error"),
);
const withErrors = (abi: Abi): Abi => [...abi.filter(({ type }) => type === "function"), ...ERRORS];
const EXCHANGE_ABI = withErrors(exchangeAbi);
const PRICE_FEED_ABI = withErrors(priceFeedResolverAbi);
const OPTIMISTIC_ABI = withErrors(optimisticResolverAbi);

/** The exchange's `MAX_RESOLVE_PERIOD`. */
const MAX_RESOLVE_PERIOD_SECONDS = 365 * 86_400;

function refuseParams(request: CreateMarket, deployment: Deployment): void {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const errors: { in: "body"; pointer: string; message: string }[] = [];
  if (request.closeTime <= nowSeconds) {
    errors.push({ in: "body", pointer: "/closeTime", message: "must be in the future" });
  }
  const { settlementGraceSeconds, exitDelaySeconds } = deployment;
  if (request.resolveDeadline < request.closeTime + settlementGraceSeconds + exitDelaySeconds) {
    const message = "must leave the settlement grace and the exit delay after the close";
    errors.push({ in: "body", pointer: "/resolveDeadline", message });
  }
  if (request.resolveDeadline > request.closeTime + MAX_RESOLVE_PERIOD_SECONDS) {
    const message = "must not lie more than 365 days after the close";
    errors.push({ in: "body", pointer: "/resolveDeadline", message });
  }
  if (errors.length > 0) throw new ApiProblem("validation_failed", { errors });
}

/** What the contract refuses at creation is a wrong input that we did not see. */
async function creating<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof CallReverted)) throw error;
    const message = `the contract refuses: ${error.errorName}`;
    throw new ApiProblem("validation_failed", {
      errors: [{ in: "body", pointer: "", message }],
      cause: error,
    });
  }
}

/** The office, or null without a key or an RPC. */
export function createMarketOffice(deps: {
  config: ApiConfig;
  chain: ChainReader | null;
  deployment: Deployment;
  prisma: PrismaClient;
}): MarketOffice | null {
  const { config, chain, deployment, prisma } = deps;
  const { MARKET_CREATOR_PRIVATE_KEY: privateKey, RPC_URL: rpcUrl } = config;
  if (!chain || !privateKey || !rpcUrl) return null;
  const wallet = createServerWallet({ privateKey, rpcUrl, client: chain.client });
  return {
    async create(request) {
      refuseParams(request, deployment);
      await claimSlug(prisma, request, wallet.address);
      try {
        return await create(request, { wallet, deployment });
      } catch (error) {
        // Refused by the contract: nothing was created, so the slug is free again.
        const isFree = error instanceof ApiProblem && error.code === "validation_failed";
        if (isFree) await prisma.marketResolution.delete({ where: { slug: request.slug } });
        throw error;
      }
    },
    resolve: (market, request) => resolve(market, request, { wallet, deployment, chain }),
  };
}

/** Slugs are unique here though not on chain: the first to ask has it, on whatever replica. */
async function claimSlug(
  prisma: PrismaClient,
  { slug, resolution }: CreateMarket,
  creator: Address,
): Promise<void> {
  const { count } = await prisma.marketResolution.createMany({
    data: [{ slug, resolution, createdBy: creator.toLowerCase() }],
    skipDuplicates: true,
  });
  if (count === 0) throw new ApiProblem("market_slug_taken", { details: { slug } });
}

async function create(
  request: CreateMarket,
  deps: { wallet: ServerWallet; deployment: Deployment },
): Promise<Hex> {
  const { wallet, deployment } = deps;
  const { slug, question, rules, category, closeTime, resolveDeadline, takerFeeBps, priceStep } =
    request;
  const params = {
    slug,
    question,
    rules,
    category,
    closeTime,
    resolveDeadline,
    takerFeeBps,
    priceStep,
    ...resolverOf(request.resolution, { deployment, account: wallet.address }),
  };
  const receipt = await creating(() =>
    wallet.call({
      address: deployment.exchange,
      abi: EXCHANGE_ABI,
      functionName: "createMarket",
      args: [params],
    }),
  );
  return receipt.transactionHash;
}

function notResolvable(reason: string, cause?: unknown): ApiProblem {
  return new ApiProblem("market_not_resolvable", { details: { detail: reason }, cause });
}

async function resolve(
  market: MarketView,
  request: ResolveMarketRequest,
  deps: { wallet: ServerWallet; deployment: Deployment; chain: ChainReader },
): Promise<Hex> {
  const call = await resolvingCall(market, request, deps);
  try {
    return (await deps.wallet.call(call)).transactionHash;
  } catch (error) {
    if (error instanceof CallReverted) throw notResolvable(error.errorName, error);
    throw error;
  }
}

async function resolvingCall(
  market: MarketView,
  request: ResolveMarketRequest,
  deps: { wallet: ServerWallet; deployment: Deployment; chain: ChainReader },
): Promise<ServerCall> {
  const { deployment, wallet } = deps;
  const marketId = BigInt(market.marketId);
  const isResolver = (address: Address) => isAddressEqual(market.resolver, address);
  if (isResolver(deployment.priceFeedResolver)) {
    const roundId = request.roundId ? BigInt(request.roundId) : await findRound(market, deps);
    const address = deployment.priceFeedResolver;
    return { address, abi: PRICE_FEED_ABI, functionName: "resolve", args: [marketId, roundId] };
  }
  if (isResolver(deployment.optimisticResolver)) {
    const address = deployment.optimisticResolver;
    return { address, abi: OPTIMISTIC_ABI, functionName: "finalize", args: [marketId] };
  }
  if (!isResolver(wallet.address)) {
    throw notResolvable(`Only ${market.resolver} resolves this market.`);
  }
  if (request.payoutYes === undefined) {
    throw new ApiProblem("validation_failed", {
      errors: [{ in: "body", pointer: "/payoutYes", message: "is needed for a manual market" }],
    });
  }
  return {
    address: deployment.exchange,
    abi: EXCHANGE_ABI,
    functionName: "resolve",
    args: [marketId, request.payoutYes],
  };
}

async function findRound(
  market: MarketView,
  { deployment, chain }: { deployment: Deployment; chain: ChainReader },
): Promise<bigint> {
  const round = await fromChain(async () => {
    const { feed } = await chain.client.readContract({
      address: deployment.priceFeedResolver,
      abi: priceFeedResolverAbi,
      functionName: "conditionOf",
      args: [BigInt(market.marketId)],
    });
    if (BigInt(feed) === 0n) return null;
    return firstRoundAtOrAfter(chain, feed, market.closeTime);
  });
  if (round === null) throw notResolvable("The price feed has no round at or after the close yet.");
  return round;
}
