import { type ChainClient, createChainClient } from "../../../offchain-engine/chain/client.ts";
import { createChainMetrics } from "../../../offchain-engine/chain/metrics.ts";
import { type ChainWatcher, startChainWatcher } from "../../../offchain-engine/chain/watcher.ts";
import type { BatchStore } from "../../../offchain-engine/settlement/batch-store.ts";
import { createSettlementMetrics } from "../../../offchain-engine/settlement/metrics.ts";
import { createOperator } from "../../../offchain-engine/settlement/operator.ts";
import {
  type StartPipelineParameters,
  startPipeline,
} from "../../../offchain-engine/settlement/pipeline.ts";
import type { Settlement } from "../../../offchain-engine/settlement/settlement.ts";
import { createLog } from "../../../platform/log.ts";
import { createMetrics } from "../../../platform/metrics.ts";
import { type ExchangeWorld, OPERATOR_KEY } from "./exchange-world.ts";
import type { TestEngine } from "./test-engine.ts";

const LOG = createLog({ service: "test", level: process.env["TEST_LOG_LEVEL"] ?? "silent" });

export const FAST_LIMITS: StartPipelineParameters["limits"] = {
  maxFills: 50,
  maxAgeMs: 0,
  maxGas: 12_000_000,
  maxInFlight: 3,
  maxOpen: 16,
  stuckAfterMs: 60_000,
  maxFeePerGas: 10n ** 15n,
  pollingIntervalMs: 10,
};

export function watch(
  world: ExchangeWorld,
  engine: TestEngine,
  client?: ChainClient,
): ChainWatcher {
  return startChainWatcher({
    client: client ?? createChainClient({ rpcUrl: world.chain.rpcUrl }),
    deployment: world.deployment,
    confirmations: 0,
    fromBlock: Math.max(engine.core.status.lastBlock + 1, world.deployment.deployBlock),
    takenBlocks: engine.core.recentBlocks,
    pollingIntervalMs: 10,
    maxHeadAgeMs: Number.POSITIVE_INFINITY,
    submit: engine.submit,
    needsHeadBlock: () => false,
    log: LOG,
    metrics: createChainMetrics(createMetrics({ service: "test", processMetrics: false })),
  });
}

export function settleLive(
  world: ExchangeWorld,
  engine: TestEngine,
  store: BatchStore,
  changes: Partial<StartPipelineParameters> = {},
): Settlement {
  const { chainId } = world.deployment;
  return startPipeline({
    client: createChainClient({ rpcUrl: world.chain.rpcUrl }),
    deployment: world.deployment,
    operator: createOperator({ privateKey: OPERATOR_KEY, chainId }),
    store,
    source: engine.source,
    submit: engine.submit,
    limits: FAST_LIMITS,
    now: Date.now,
    log: LOG,
    metrics: createSettlementMetrics(createMetrics({ service: "test", processMetrics: false })),
    ...changes,
  });
}
