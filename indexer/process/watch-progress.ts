import { setTimeout as delay } from "node:timers/promises";
import type { Deployment } from "../../protocol/deployment.ts";
import { IndexerError } from "../start-error.ts";
import { verifyChain } from "./verify-chain.ts";

const CHECK_MS = 2_000;
const STALL_MS = 60_000;

export interface WatchedIndex {
  rpcUrl: string;
  deployment: Deployment;
  /** The block up to which is indexed. */
  indexedBlock(): Promise<number | null>;
  signal: AbortSignal;
}

/**
 * Looks on while Ponder follows the chain, which it may stop doing without ending: a chain that
 * started anew, or a reorganisation too deep for it. Ends when the signal does.
 * @throws IndexerError `chain_mismatch`, `index_stalled`.
 */
export async function watchProgress(watched: WatchedIndex): Promise<void> {
  let lastIndexed = -1;
  let lastProgressMs = Date.now();
  while (await pause(watched.signal)) {
    const head = await headOf(watched);
    const indexed = (await watched.indexedBlock()) ?? -1;
    if (head === null || indexed !== lastIndexed || indexed >= head) {
      lastProgressMs = Date.now();
      lastIndexed = indexed;
    } else if (Date.now() - lastProgressMs > STALL_MS) {
      throw new IndexerError(
        "index_stalled",
        `The index stands at block ${indexed} while the chain is at ${head}; start the indexer again.`,
      );
    }
  }
}

/** Null while the node does not answer: Ponder waits for it as well. */
async function headOf({ rpcUrl, deployment }: WatchedIndex): Promise<number | null> {
  try {
    return await verifyChain(rpcUrl, deployment);
  } catch (error) {
    if (error instanceof IndexerError && error.code === "chain_mismatch") throw error;
    return null;
  }
}

/** False once the signal has come. */
async function pause(signal: AbortSignal): Promise<boolean> {
  return delay(CHECK_MS, true, { signal }).catch(() => false);
}
