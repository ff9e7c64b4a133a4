import { createConfig } from "ponder";
import { loadIndexerConfig } from "./indexer/config.ts";
import { readDeployment } from "./indexer/deployment.ts";
import { exchangeAbi } from "./protocol/abi/exchange.ts";
import { optimisticResolverAbi } from "./protocol/abi/optimistic-resolver.ts";
import { outcomeTokensAbi } from "./protocol/abi/outcome-tokens.ts";
import { priceFeedResolverAbi } from "./protocol/abi/price-feed-resolver.ts";
import { isDevelopmentChain } from "./protocol/development-chain.ts";

const { databaseUrl, rpcUrl, pollingMs, deploymentFile } = loadIndexerConfig(process.env);
const deployment = readDeployment(deploymentFile);
const { chainId } = deployment;
const onAgon = { chain: "agon", startBlock: deployment.deployBlock } as const;

/** What Ponder indexes: the events of the exchange, its outcome tokens and its resolvers, since their creation. */
export default createConfig({
  ordering: "omnichain",
  database: { kind: "postgres", connectionString: databaseUrl, poolConfig: { max: 11 } },
  chains: {
    agon: {
      id: chainId,
      rpc: rpcUrl,
      pollingInterval: pollingMs,
      // A development chain starts anew under the same id, so nothing cached of it can be believed.
      disableCache: isDevelopmentChain(chainId),
    },
  },
  contracts: {
    Exchange: { ...onAgon, abi: exchangeAbi, address: deployment.exchange },
    OutcomeTokens: { ...onAgon, abi: outcomeTokensAbi, address: deployment.outcomeTokens },
    PriceFeedResolver: {
      ...onAgon,
      abi: priceFeedResolverAbi,
      address: deployment.priceFeedResolver,
    },
    OptimisticResolver: {
      ...onAgon,
      abi: optimisticResolverAbi,
      address: deployment.optimisticResolver,
    },
  },
});
