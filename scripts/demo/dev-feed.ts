import { createWalletClient, type Hex, http } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { devPriceFeedAbi } from "../../protocol/abi/dev-price-feed.ts";
import type { Stage } from "./stage.ts";

function feedContract(stage: Stage) {
  const address = stage.deployment.priceFeeds["ETH"];
  if (!address) throw new Error("The deployment has no ETH price feed.");
  return { address, abi: devPriceFeedAbi };
}

/** The feed's latest answer, 8 decimals. */
export async function latestEthPrice(stage: Stage): Promise<bigint> {
  const [, answer] = await stage.chain.readContract({
    ...feedContract(stage),
    functionName: "latestRoundData",
  });
  return answer;
}

/** Pushes a round as the feed's owner: what an oracle network does on a public chain. */
export async function pushEthPrice(stage: Stage, ownerKey: Hex, answer: bigint): Promise<Hex> {
  const account = privateKeyToAccount(ownerKey);
  const wallet = createWalletClient({ account, transport: http(stage.rpcUrl) });
  const hash = await wallet.writeContract({
    ...feedContract(stage),
    functionName: "push",
    args: [answer],
    chain: null,
  });
  const receipt = await stage.chain.waitForTransactionReceipt({ hash, pollingInterval: 50 });
  if (receipt.status !== "success") throw new Error(`The price feed refused the round: ${hash}.`);
  return hash;
}
