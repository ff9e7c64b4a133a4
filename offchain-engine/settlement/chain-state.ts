import type { Address } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { ChainClient } from "../chain/client.ts";

/** What settlement needs to know of the chain, all of one block. */
export interface ChainState {
  lastBatchId: number;
  /** The nonce of the operator's next transaction to be mined. */
  nonce: number;
}

/**
 * Reads the exchange's last batch and the operator's nonce at the newest block. By its hash: under its number
 * another block may stand before the second answer.
 * @throws the node's errors; it need not know the block any more.
 */
export async function readChainState(
  client: ChainClient,
  exchange: Address,
  operator: Address,
): Promise<ChainState> {
  const { hash: blockHash } = await client.getBlock({ blockTag: "latest" });
  const [lastBatchId, nonce] = await Promise.all([
    client.readContract({
      address: exchange,
      abi: exchangeAbi,
      functionName: "lastBatchId",
      blockHash,
    }),
    client.getTransactionCount({ address: operator, blockHash }),
  ]);
  return { lastBatchId: Number(lastBatchId), nonce };
}
