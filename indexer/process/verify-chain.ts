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
  const head = await client.getBlockNumber().catch((cause: unknown) => {
    throw new IndexerError("chain_unreachable", `No chain answers at ${rpcUrl}; set RPC_URL.`, {
      cause,
    });
  });
  const [chainId, block] = await Promise.all([
    client.getChainId(),
    client.getBlock({ blockNumber: BigInt(deployment.deployBlock) }).catch(() => null),
  ]);
  if (chainId !== deployment.chainId || block?.hash !== deployment.deployBlockHash) {
    throw new IndexerError(
      "chain_mismatch",
      `The chain at ${rpcUrl} is not the one that the contracts were deployed on; deploy again.`,
    );
  }
  return Number(head);
}
