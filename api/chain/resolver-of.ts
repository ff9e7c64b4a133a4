import { type Address, type Hex, zeroHash } from "viem";
import type { z } from "zod";
import type { Deployment } from "../../protocol/deployment.ts";
import { encodeOptimisticTerms } from "../../protocol/optimistic-terms.ts";
import {
  CONDITION_KIND,
  encodePriceCondition,
  type PriceCondition,
} from "../../protocol/price-condition.ts";
import type { resolutionSchema } from "../../protocol/wire/market.ts";
import { ApiProblem } from "../problem.ts";

type Resolution = z.output<typeof resolutionSchema>;
type FeedResolution = Extract<Resolution, { symbol: string }>;

function feedOf(resolution: FeedResolution, deployment: Deployment): Address {
  const feed = deployment.priceFeeds[resolution.symbol];
  if (feed) return feed;
  const known = Object.keys(deployment.priceFeeds).join(", ");
  const message = `has no price feed here; there are: ${known}`;
  throw new ApiProblem("validation_failed", {
    errors: [{ in: "body", pointer: "/resolution/symbol", message }],
  });
}

function conditionOf(resolution: FeedResolution, feed: Address): PriceCondition {
  const isBand = resolution.kind === "price_within";
  return {
    feed,
    kind: CONDITION_KIND[resolution.kind],
    bandBps: isBand ? resolution.bandBps : 0,
    price: BigInt(isBand ? resolution.basePrice : resolution.threshold),
  };
}

/**
 * Who resolves a market, and by what it does: a contract takes its terms in the creating transaction.
 * `account` is the resolver of manual markets that name none.
 * @throws ApiProblem `validation_failed` for a symbol without a feed.
 */
export function resolverOf(
  resolution: Resolution,
  { deployment, account }: { deployment: Deployment; account: Address },
): { resolver: Address; resolverData: Hex } {
  if (resolution.kind === "manual") {
    return { resolver: resolution.resolver ?? account, resolverData: "0x" };
  }
  if (resolution.kind === "optimistic") {
    const { arbiter, bondMicro, challengeWindowSeconds, rulesHash = zeroHash } = resolution;
    const terms = { arbiter, bondMicro: BigInt(bondMicro), challengeWindowSeconds, rulesHash };
    return {
      resolver: deployment.optimisticResolver,
      resolverData: encodeOptimisticTerms(terms),
    };
  }
  const condition = conditionOf(resolution, feedOf(resolution, deployment));
  return {
    resolver: deployment.priceFeedResolver,
    resolverData: encodePriceCondition(condition),
  };
}
