import { createPublicClient, http } from "viem";
import type { Deployment } from "../../protocol/deployment.ts";
import { IndexerError } from "../start-error.ts";

const RPC_TIMEOUT_MS = 5_000;

/**
 * Checks that the node serves the chain that the deployment was made on, and returns its head.
 * @throws IndexerError `chain_unreachable`, `chain_mismatch`.
 */
export async function verifyChain(rpcUrl: string, deployment: Deployment): Promise<number> {
  const client = createPublicClient({ transport: http(rpcUrl, { timeout: RPC_TIMEOUT_MS }) });
  const answer = Promise.all([
    client.getBlockNumber({ cacheTime: 0 }),
    client.getChainId(),
    client.request({
      method: "eth_getBlockByNumber",
      params: [`0x${deployment.deployBlock.toString(16)}`, false],
    }),
  ]);
  const [head, chainId, deployBlock] = await answer.catch((cause: unknown) => {
    const sentence = `No chain answers at ${rpcUrl}; start it, or set RPC_URL.`;
    throw new IndexerError("chain_unreachable", sentence, { cause });
  });
  const isSameBlock = deployBlock?.hash?.toLowerCase() === deployment.deployBlockHash.toLowerCase();
  if (chainId !== deployment.chainId || !isSameBlock) {
    throw new IndexerError(
      "chain_mismatch",
      `The chain at ${rpcUrl} is not the one that the contracts were deployed on; deploy again.`,
    );
  }
  return Number(head);
}
