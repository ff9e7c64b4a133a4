import type { Deployment } from "../../protocol/deployment.ts";
import type { ChainClient } from "./client.ts";

/**
 * Says in a sentence why the chain is not the one that `deployment` was made on, or null when it is.
 * @throws viem's errors when the chain does not answer.
 */
export async function chainMismatch(
  client: ChainClient,
  deployment: Deployment,
): Promise<string | null> {
  const [chainId, block] = await Promise.all([
    client.getChainId(),
    blockHashAt(client, deployment.deployBlock),
  ]);
  if (chainId !== deployment.chainId) {
    return `The RPC serves chain ${chainId}, but the exchange was deployed on chain ${deployment.chainId}.`;
  }
  if (block !== deployment.deployBlockHash) {
    return (
      `The chain was reset: block ${deployment.deployBlock} is ${block ?? "missing"}, but the exchange ` +
      `was deployed in ${deployment.deployBlockHash}. Deploy again and start with an empty database.`
    );
  }
  return null;
}

/** The hash of the block at `number`, or null when the chain is not that long. */
export async function blockHashAt(client: ChainClient, number: number): Promise<string | null> {
  const block = await client.request({
    method: "eth_getBlockByNumber",
    params: [`0x${number.toString(16)}`, false],
  });
  return block?.hash ?? null;
}
