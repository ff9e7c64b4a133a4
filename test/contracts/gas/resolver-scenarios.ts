import type { Abi, Address } from "viem";
import { devPriceFeedAbi } from "../../../protocol/abi/dev-price-feed.ts";
import { priceFeedResolverAbi } from "../../../protocol/abi/price-feed-resolver.ts";
import { CONDITION_KIND, encodePriceCondition } from "../../../protocol/price-condition.ts";
import { SETTLEMENT_GRACE_SECONDS } from "../support/exchange-fixture.ts";
import { call } from "./call-scenario.ts";
import type { GasBench } from "./gas-bench.ts";
import type { ScenarioGroup } from "./scenario.ts";

const ETH_PRICE = 3000_00000000n;
const MAX_ROUND_DELAY_SECONDS = 3600n;

interface FeedMarket {
  resolver: Address;
  feed: Address;
  params: ReturnType<GasBench["x"]["marketParams"]>;
}

/** A feed, its resolver, and the terms of a market that they resolve. */
async function feedMarket({ x }: GasBench): Promise<FeedMarket> {
  const { chain, admin } = x;
  const feed = await chain.deploy("DevPriceFeed", admin.address, ["ETH / USD", ETH_PRICE]);
  const args = [x.exchange, MAX_ROUND_DELAY_SECONDS];
  const resolver = await chain.deploy("PriceFeedResolver", admin.address, args);
  const kind = CONDITION_KIND.price_at_or_above;
  const resolverData = encodePriceCondition({ feed, kind, bandBps: 0, price: ETH_PRICE });
  return { resolver, feed, params: x.marketParams({ resolver, resolverData }) };
}

/** Such a market, traded once, past its grace, with a round right at its close. */
async function dueFeedMarket(bench: GasBench) {
  const { x, taker } = bench;
  const { resolver, feed, params } = await feedMarket(bench);
  await x.write(x.admin, "createMarket", [params]);
  const marketId = await x.read("marketCount");
  await x.fundShares(taker, Number(marketId), 100);
  await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(params.closeTime) });
  const push = { functionName: "push", args: [ETH_PRICE + 1n] };
  await x.chain.write(x.admin.address, { address: feed, abi: devPriceFeedAbi, ...push });
  const latest = { address: feed, abi: devPriceFeedAbi, functionName: "latestRoundData" } as const;
  const [roundId] = await x.chain.reader.readContract(latest);
  await x.chain.travelTo(params.closeTime + SETTLEMENT_GRACE_SECONDS + 1);
  return { resolver, marketId, roundId };
}

export const RESOLVERS: ScenarioGroup = {
  title: "Price-feed resolver",
  preconditions:
    "As for markets; the feed is a plain contract, where Chainlink's is behind a proxy.",
  scenarios: [
    call("create_price_market", "Create a market with a price condition", {
      before: feedMarket,
      send: ({ x }, { params }) => x.write(x.admin, "createMarket", [params]),
    }),
    call("resolve_by_feed", "Resolve it by the feed's first round at or after the close", {
      before: dueFeedMarket,
      send: ({ x }, { resolver, marketId, roundId }) =>
        x.chain.write(x.carol.address, {
          address: resolver,
          abi: priceFeedResolverAbi as Abi,
          functionName: "resolve",
          args: [marketId, roundId],
        }),
    }),
  ],
};
