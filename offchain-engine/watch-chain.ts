import { isDevelopmentChain } from "../protocol/development-chain.ts";
import type { ChainClient } from "./chain/client.ts";
import { createChainMetrics } from "./chain/metrics.ts";
import { type ChainWatcher, startChainWatcher } from "./chain/watcher.ts";
import { confirmationsOn } from "./config.ts";
import type { Core } from "./edge/core.ts";
import type { StartEngineOptions } from "./engine.ts";
import type { Restored } from "./restore.ts";
import type { Sequencer } from "./sequencer/sequencer.ts";
import { thirdOfExitDelayMs } from "./third-of-exit-delay-ms.ts";

/** The chain's clock may be ahead of ours by so much before a block is taken for its time alone. */
const CLOCK_SLACK_MS = 1_000;

/** Follows the chain from the last block that the engine has taken, and reports what happens to its door. */
export function watchChain(
  { config, deployment, log, metrics, timers }: StartEngineOptions,
  client: ChainClient,
  { core }: Restored,
  sequencer: Sequencer<unknown>,
): ChainWatcher {
  const { lastBlock } = core.status;
  return startChainWatcher({
    client,
    deployment,
    confirmations: confirmationsOn(deployment.chainId, config),
    fromBlock: lastBlock === 0 ? deployment.deployBlock : lastBlock + 1,
    takenBlocks: core.recentBlocks,
    pollingIntervalMs: config.CHAIN_POLLING_MS,
    maxHeadAgeMs: isDevelopmentChain(deployment.chainId)
      ? Infinity
      : thirdOfExitDelayMs(deployment),
    submit: (report) => sequencer.report(report),
    needsHeadBlock: (timestamp) => needsBlockAt(timestamp, core, sequencer),
    log,
    metrics: createChainMetrics(metrics),
    timers,
  });
}

/**
 * Whether a block of that time changes something though nothing happened in it: it returns releases, it
 * makes something due, or it shows that the chain's clock is ahead of ours. Once taken it does not.
 */
function needsBlockAt(timestamp: number, core: Core, sequencer: Sequencer<unknown>): boolean {
  const blockMs = timestamp * 1_000;
  if (timestamp > (core.blockWantedAfter() ?? Infinity)) return true;
  return blockMs >= (core.dueAtMs() ?? Infinity) || blockMs > sequencer.nowMs() + CLOCK_SLACK_MS;
}
