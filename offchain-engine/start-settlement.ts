import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Pool } from "../platform/postgres/pool.ts";
import type { Timers } from "../platform/timers.ts";
import type { Deployment } from "../protocol/deployment.ts";
import type { ChainClient } from "./chain/client.ts";
import type { ChainWatcher } from "./chain/watcher.ts";
import type { EngineConfig } from "./config.ts";
import type { CoreLimits } from "./core/limits.ts";
import type { Core } from "./edge/core.ts";
import type { CoreVerdict } from "./edge/verdict.ts";
import type { Journal } from "./journal/journal.ts";
import type { Sequencer } from "./sequencer/sequencer.ts";
import type { CommandTraces } from "./server/command-traces.ts";
import { createSettlementMetrics } from "./settlement/metrics.ts";
import { createOperator } from "./settlement/operator.ts";
import { type PipelineLimits, startPipeline } from "./settlement/pipeline.ts";
import { createPostgresBatchStore } from "./settlement/postgres-batch-store.ts";
import type { Settlement } from "./settlement/settlement.ts";
import { startSimulation } from "./settlement/simulation.ts";
import type { SettlementSource, SubmitReport } from "./settlement/source.ts";
import { showUnsettled } from "./settlement/unsettled-gauges.ts";

const GWEI = 1_000_000_000n;

/** What settlement is built from. */
export interface SettlementParts {
  config: EngineConfig;
  pool: Pool;
  deployment: Deployment;
  log: Log;
  metrics: Metrics;
  timers: Timers;
  client: ChainClient;
  core: Core;
  journal: Journal<CoreLimits>;
  sequencer: Sequencer<CoreVerdict>;
  watcher: ChainWatcher;
  traces: CommandTraces;
}

/** Only durable fills: what a crash could take back must never reach the chain. */
function durableSource({ core, journal, sequencer }: SettlementParts): SettlementSource {
  return {
    nextFills: (afterFillSeq, max) => {
      const durable = sequencer.durableFillSeq();
      return core.unsettledFills(afterFillSeq, max).filter(({ fillSeq }) => fillSeq <= durable);
    },
    journalHead: () => {
      const { seq, hash } = journal.head();
      return { seq, hash: `0x${hash.toString("hex")}` };
    },
    lastBatchId: () => core.status.lastBatchId,
    awaitsEmptyBatch: core.awaitsEmptyBatch,
  };
}

/** Live with the operator's key, simulated without. */
export function startSettlement(parts: SettlementParts): Settlement {
  const { config, pool, deployment, log, metrics, client, core, sequencer, watcher, timers } =
    parts;
  const privateKey = config.OPERATOR_PRIVATE_KEY;
  const submit: SubmitReport = (report) => sequencer.report(report);
  const limits = settlementLimits(config);
  showUnsettled(core, metrics, sequencer.nowMs.bind(sequencer));
  const common = {
    client,
    deployment,
    store: createPostgresBatchStore(pool),
    source: durableSource(parts),
    submit,
    limits,
    // Fills carry the engine's time, by which their age is measured.
    now: () => sequencer.nowMs(),
    log,
    metrics: createSettlementMetrics(metrics),
    timers,
    traces: parts.traces,
  };
  if (privateKey === undefined) {
    log.warn("there is no operator's key: settlement is simulated");
    return startSimulation({ ...common, mirror: core, head: watcher.head });
  }
  const operator = createOperator({ privateKey, chainId: deployment.chainId });
  return startPipeline({ ...common, operator });
}

function settlementLimits(config: EngineConfig): PipelineLimits {
  return {
    maxFills: config.SETTLEMENT_MAX_FILLS,
    maxAgeMs: config.SETTLEMENT_MAX_AGE_MS,
    maxGas: config.SETTLEMENT_MAX_GAS,
    maxInFlight: config.SETTLEMENT_MAX_IN_FLIGHT,
    maxOpen: config.SETTLEMENT_MAX_OPEN,
    stuckAfterMs: config.SETTLEMENT_STUCK_MS,
    maxFeePerGas: BigInt(config.SETTLEMENT_MAX_FEE_GWEI) * GWEI,
    pollingIntervalMs: config.CHAIN_POLLING_MS,
  };
}
