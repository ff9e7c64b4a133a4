import { type Address, createPublicClient, type Hex, http, type PublicClient } from "viem";
import { ApiProblem } from "../problem.ts";
import { createWalletAsker } from "./wallet-signature.ts";

/** What the api reads of the chain, when it has an RPC. */
export interface ChainReader {
  client: PublicClient;
  blockNumber(): Promise<number>;
  /** Whether a contract wallet accepts a signed message (ERC-1271, ERC-6492). */
  walletAccepts(account: Address, message: string, signature: Hex): Promise<boolean>;
}

const TIMEOUT_MS = 5000;

/** Runs one read; any failure to get an answer is `chain_unavailable`. */
export async function fromChain<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (cause) {
    throw new ApiProblem("chain_unavailable", { cause });
  }
}

/** A reader of the chain at `rpcUrl`. */
export function createChainReader(rpcUrl: string): ChainReader {
  const client = createPublicClient({
    cacheTime: 0,
    pollingInterval: 100,
    transport: http(rpcUrl, { timeout: TIMEOUT_MS, retryCount: 1 }),
  });
  return {
    client,
    blockNumber: async () => Number(await client.getBlockNumber()),
    walletAccepts: createWalletAsker(rpcUrl).accepts,
  };
}
