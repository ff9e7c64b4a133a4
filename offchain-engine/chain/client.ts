import { createPublicClient, http, type PublicClient } from "viem";

export interface ChainClientParameters {
  rpcUrl: string;
  /** After so long a request counts as failed. */
  timeoutMs?: number;
}

/** What the engine reads the chain with. */
export type ChainClient = PublicClient;

const DEFAULT_TIMEOUT_MS = 10_000;
/** Requests of one turn of the event loop share an HTTP request, up to so many. */
const REQUESTS_A_BATCH = 50;

/**
 * A client of the chain's JSON-RPC. It never retries by itself: each caller has a loop with a
 * back-off of its own, which counts the failures and can be stopped.
 */
export function createChainClient({
  rpcUrl,
  timeoutMs = DEFAULT_TIMEOUT_MS,
}: ChainClientParameters): ChainClient {
  return createPublicClient({
    cacheTime: 0,
    transport: http(rpcUrl, {
      timeout: timeoutMs,
      retryCount: 0,
      batch: { batchSize: REQUESTS_A_BATCH, wait: 0 },
    }),
  });
}
