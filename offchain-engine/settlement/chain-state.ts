import type { Address } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { ChainClient } from "../chain/client.ts";

/** What settlement needs to know of the chain, all of one block. */
export interface ChainState {
  lastBatchId: number;
  /** The nonce of the operator's next transaction to be mined. */
  nonce: number;
}

/** Reads the exchange's last batch and the operator's nonce at the newest block. */
export async function readChainState(
  client: ChainClient,
  exchange: Address,
  operator: Address,
): Promise<ChainState> {
  const blockNumber = await client.getBlockNumber({ cacheTime: 0 });
  const [lastBatchId, nonce] = await Promise.all([
    client.readContract({
      address: exchange,
      abi: exchangeAbi,
      functionName: "lastBatchId",
      blockNumber,
    }),
    client.getTransactionCount({ address: operator, blockNumber }),
  ]);
  return { lastBatchId: Number(lastBatchId), nonce };
}
