import { type Address, type Hex, isAddressEqual } from "viem";
import type { z } from "zod";
import type { PrismaClient } from "../../generated/prisma/client.ts";
import { priceFeedResolverAbi } from "../../protocol/abi/price-feed-resolver.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { MarketView } from "../../protocol/engine/view.ts";
import type { ResolveGroupRequest } from "../../protocol/wire/group.ts";
import type {
  createMarketRequestSchema,
  ResolveMarketRequest,
} from "../../protocol/wire/market.ts";
import type { ApiConfig } from "../config.ts";
import { ApiProblem } from "../problem.ts";
import { type ChainReader, fromChain } from "./chain-reader.ts";
import { EXCHANGE_ABI, OPTIMISTIC_ABI, PRICE_FEED_ABI } from "./contract-abis.ts";
import { creating, refuseTimes } from "./creation-rules.ts";
import { type CreateGroup, createGroup, resolvingGroupCall } from "./group-calls.ts";
import { firstRoundAtOrAfter } from "./price-feed.ts";
import { resolverOf } from "./resolver-of.ts";
import { notResolvable, sendResolution } from "./send-resolution.ts";
import { createServerWallet, type ServerCall, type ServerWallet } from "./server-wallet.ts";
import { withSlugs } from "./slug-claims.ts";

type CreateMarket = z.output<typeof createMarketRequestSchema>;

/** Creates and resolves markets with the server's own key. */
export interface MarketOffice {
  /** Returns the creating transaction's hash once it is mined. */
  create(request: CreateMarket): Promise<Hex>;
  /** Triggers the market's resolver. @throws ApiProblem `market_not_resolvable` with the reason. */
  resolve(market: MarketView, request: ResolveMarketRequest): Promise<Hex>;
  /** As `create`, all members at once. */
  createGroup(request: CreateGroup): Promise<Hex>;
  /** As `resolve`, of the group of which `first` is the first market. */
  resolveGroup(first: MarketView, request: ResolveGroupRequest): Promise<Hex>;
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
    create(request) {
      refuseTimes(request, deployment);
      const { slug, resolution } = request;
      return withSlugs(prisma, { slugs: [slug], resolution, creator: wallet.address }, (onSigned) =>
        create(request, { wallet, deployment, onSigned }),
      );
    },
    createGroup(request) {
      refuseTimes(request, deployment);
      const { members, resolution } = request;
      const slugs = members.map(({ slug }) => slug);
      return withSlugs(prisma, { slugs, resolution, creator: wallet.address }, (onSigned) =>
        createGroup(request, { wallet, deployment, onSigned }),
      );
    },
    resolveGroup: (first, request) =>
      sendResolution(resolvingGroupCall(first, request, { wallet, deployment }), wallet),
    resolve: (market, request) => resolve(market, request, { wallet, deployment, chain }),
  };
}

async function create(
  { resolution, ...request }: CreateMarket,
  deps: { wallet: ServerWallet; deployment: Deployment; onSigned: () => void },
): Promise<Hex> {
  const { wallet, deployment, onSigned } = deps;
  const params = { ...request, ...resolverOf(resolution, { deployment, account: wallet.address }) };
  const receipt = await creating(() =>
    wallet.call(
      {
        address: deployment.exchange,
        abi: EXCHANGE_ABI,
        functionName: "createMarket",
        args: [params],
      },
      onSigned,
    ),
  );
  return receipt.transactionHash;
}

async function resolve(
  market: MarketView,
  request: ResolveMarketRequest,
  deps: { wallet: ServerWallet; deployment: Deployment; chain: ChainReader },
): Promise<Hex> {
  return sendResolution(await resolvingCall(market, request, deps), deps.wallet);
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
