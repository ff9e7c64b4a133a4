import { createConfig } from "ponder";
import { loadIndexerConfig } from "./indexer/config.ts";
import { readDeployment } from "./indexer/deployment.ts";
import { isDevelopmentChain } from "./indexer/process/development-chain.ts";
import { exchangeAbi } from "./protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "./protocol/abi/outcome-tokens.ts";

const { databaseUrl, rpcUrl, pollingMs, deploymentFile } = loadIndexerConfig(process.env);
const { chainId, exchange, outcomeTokens, deployBlock } = readDeployment(deploymentFile);

/** What Ponder indexes: every event of the exchange and of its outcome tokens, since their creation. */
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
    Exchange: { chain: "agon", abi: exchangeAbi, address: exchange, startBlock: deployBlock },
    OutcomeTokens: {
      chain: "agon",
      abi: outcomeTokensAbi,
      address: outcomeTokens,
      startBlock: deployBlock,
    },
  },
});
