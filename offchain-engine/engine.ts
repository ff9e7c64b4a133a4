import type { BusServer } from "../platform/bus/bus.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Pool } from "../platform/postgres/pool.ts";
import { watchPool } from "../platform/postgres/pool-metrics.ts";
import { StartError } from "../platform/start-error.ts";
import { systemTimers, type Timers } from "../platform/timers.ts";
import { createTracer, type Tracer } from "../platform/tracing/tracer.ts";
import type { Deployment } from "../protocol/deployment.ts";
import type { StatusReply } from "../protocol/engine/request.ts";
import { MICRO_PER_COLLATERAL } from "../protocol/units.ts";
import { type ChainClient, createChainClient } from "./chain/client.ts";
import type { ChainWatcher } from "./chain/watcher.ts";
import { type EngineConfig, restartPhases } from "./config.ts";
import type { HashKey } from "./core/keyed-hash.ts";
import type { CoreLimits } from "./core/limits.ts";
import type { CoreVerdict } from "./edge/verdict.ts";
import { explainFailure } from "./explain-failure.ts";
import { inlineDeeply } from "./inline-deeply.ts";
import type { ProjectorLimits } from "./projection/projector.ts";
import { expectedChain } from "./reconciler/expected-chain.ts";
import { type Reconciler, startReconciler } from "./reconciler/reconciler.ts";
import { startReopening } from "./reopening.ts";
import { type Restored, restore } from "./restore.ts";
import { createDueTimer } from "./sequencer/due-timer.ts";
import { createEventPublisher, type EventPublisher } from "./sequencer/event-publisher.ts";
import { createSequencerMetrics } from "./sequencer/metrics.ts";
import { GroupCommitSequencer, type Sequencer } from "./sequencer/sequencer.ts";
import { type AnswerRequest, createAnswerRequest } from "./server/answer-request.ts";
import { type CommandTraces, createCommandTraces } from "./server/command-traces.ts";
import { createReachTables } from "./server/reach-tables.ts";
import { createReleaseSigner } from "./settlement/release-signer.ts";
import type { Settlement } from "./settlement/settlement.ts";
import { createSkipAlarm } from "./settlement/skip-alarm.ts";
import { createSnapshotMetrics } from "./snapshot/metrics.ts";
import { createSnapshotTaker, type SnapshotTaker } from "./snapshot/snapshot-taker.ts";
import { type SnapshotThread, startSnapshotThread } from "./snapshot/snapshot-thread.ts";
import type { TakenState } from "./snapshot/write-snapshot.ts";
import { startSettlement } from "./start-settlement.ts";
import { thirdOfExitDelayMs } from "./third-of-exit-delay-ms.ts";
import { watchChain } from "./watch-chain.ts";

/** A start that failed waits so long for its parts to end. */
const ABANDON_MS = 5_000;

export interface StartEngineOptions {
  config: EngineConfig;
  bus: BusServer;
  pool: Pool;
  deployment: Deployment;
  log: Log;
  metrics: Metrics;
  /** In place of the system's. */
  timers?: Timers;
  /** In place of one for `RPC_URL`. */
  client?: ChainClient;
  /** In place of a thread with a connection of its own. */
  writeSnapshot?: (taken: TakenState) => SnapshotThread;
  /** In place of one that is drawn. */
  hashKey?: HashKey;
  /** In place of the usual ones. */
  projectorLimits?: Partial<ProjectorLimits>;
}

export interface Engine {
  /** Ends in order: nothing taken is lost. Closes the bus; the pool stays its owner's. */
  stop(): Promise<void>;
  status(): Promise<StatusReply>;
  /** Resolves when the engine cannot go on: the process must end, and a restart replays. */
  readonly failed: Promise<Error>;
}

/**
 * Starts the engine: takes the journal, replays it, catches up with the chain, and serves requests:
 * cancels at once, orders once it has caught up. As a standby it waits for the journal first.
 * @throws StartError when the journal cannot be taken or belongs to another deployment.
 */
export async function startEngine(options: StartEngineOptions): Promise<Engine> {
  const { bus, deployment, log, timers = systemTimers } = options;
  inlineDeeply();
  const publisher = createEventPublisher((batches) => bus.publish(batches));
  const restored = await restore({
    pool: options.pool,
    deployment,
    limits: coreLimits(options),
    standby: options.config.ENGINE_STANDBY,
    projectorLimits: {
      maxBehind: options.config.ENGINE_MAX_PROJECTION_BEHIND,
      ...options.projectorLimits,
    },
    publisher,
    publishedThrough: bus.publishedThrough,
    log,
    metrics: options.metrics,
    timers,
    hashKey: options.hashKey,
  });
  try {
    await catchUpEvents(bus, publisher, restored, log);
  } catch (error) {
    await bus.close();
    await restored.projector.close();
    await restored.journal.close();
    throw error;
  }
  const tracer = await createTracer({
    service: "agon-engine",
    endpoint: options.config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: options.config.OTEL_TRACES_SAMPLER_ARG,
    log,
  });
  const parts = startParts(options, restored, publisher, tracer);
  const failed = Promise.race([
    parts.sequencer.failed.then(explainFailure),
    restored.journal.lost,
    restored.projector.failed,
    parts.watcher.ended.then((end) =>
      end.reason === "stopped"
        ? new Promise<never>(() => {})
        : new StartError("deployment_mismatch", end.sentence),
    ),
  ]);
  const stop = () => stopParts(options, restored, parts).finally(tracer.stop);
  try {
    const broken = await Promise.race([failed, parts.mayServe]);
    if (broken) throw broken;
    await bus.serve(parts.answerRequest);
  } catch (error) {
    await abandon(stop, restored, log, timers);
    throw error;
  }
  log.info({ settlement: parts.settlement.status().mode }, "the engine serves");
  return { stop, status: () => parts.sequencer.read(() => parts.status(false)), failed };
}

/** Gives the journal back, whatever of a start that failed does not end: the next one needs its lock. */
async function abandon(
  stop: () => Promise<void>,
  { journal }: Restored,
  log: Log,
  timers: Timers,
): Promise<void> {
  const stopped = stop()
    .catch((error) => log.warn({ err: error }, "a part of the engine could not be stopped"))
    .finally(() => endPatience());
  let endPatience = () => {};
  const patience = new Promise<void>((resolve) => {
    endPatience = timers.after(ABANDON_MS, resolve);
  });
  await Promise.race([stopped, patience]);
  await journal.close();
}

/** New orders wait before a third of the chain's exit delay has passed over an unsettled fill. */
function coreLimits({ config, deployment }: StartEngineOptions): Partial<CoreLimits> {
  return {
    maxOpenOrdersPerAccount: config.ENGINE_MAX_OPEN_ORDERS,
    maxUnsettledFills: config.ENGINE_MAX_UNSETTLED_FILLS,
    maxReorgBlocks: config.CHAIN_MAX_REORG_BLOCKS,
    maxUnsettledAgeMs: thirdOfExitDelayMs(deployment),
    maxUnsettledMicro: config.ENGINE_MAX_UNSETTLED_COLLATERAL * Number(MICRO_PER_COLLATERAL),
  };
}

interface Parts {
  sequencer: Sequencer<CoreVerdict>;
  snapshots: SnapshotTaker;
  watcher: ChainWatcher;
  settlement: Settlement;
  reconciler: Reconciler;
  answerRequest: AnswerRequest;
  status: (withStateHash: boolean) => StatusReply;
  stopTimer: () => void;
  mayServe: Promise<void>;
}

function startParts(
  options: StartEngineOptions,
  restored: Restored,
  publisher: EventPublisher,
  tracer: Tracer,
): Parts {
  const { config, deployment, log, metrics, timers = systemTimers } = options;
  const traces = createCommandTraces(tracer, log);
  watchPool(options.pool, metrics);
  const { core, journal, projector } = restored;
  const client =
    options.client ??
    createChainClient({ rpcUrl: config.RPC_URL, timeoutMs: config.CHAIN_TIMEOUT_MS });
  const snapshots = takeSnapshots(options, restored);
  const sequencer = new GroupCommitSequencer<CoreVerdict>({
    core,
    journal,
    projector,
    timeMs: restored.timeMs,
    lastFillSeq: restored.lastFillSeq,
    publish: publisher.publish,
    onApplied: () => {
      timer.reset();
      settlement.notify();
      skipAlarm.look();
    },
    limits: { maxQueued: config.ENGINE_MAX_QUEUED, maxGroup: config.ENGINE_MAX_GROUP },
    capture: snapshots.applied,
    clock: timers.nowMs,
    metrics: createSequencerMetrics(metrics),
    timers,
  });
  const skipAlarm = createSkipAlarm({ core, log, metrics });
  const timer = createDueTimer({
    dueAtMs: core.dueAtMs,
    nowMs: () => sequencer.nowMs(),
    // A rejection means that the engine is stopping; the next start looks again.
    onDue: () => void sequencer.report({ kind: "tick" }).catch(() => {}),
    timers,
  });
  const watcher = watchChain(options, client, restored, sequencer);
  const phases = restartPhases(deployment.chainId, config);
  const mayServe = startReopening({ core, sequencer, watcher, phases, timers, log });
  const settlement = startSettlement({
    ...options,
    timers,
    client,
    core,
    journal,
    sequencer,
    watcher,
    traces,
  });
  const reconciler = reconcile(options, client, restored, watcher, settlement);
  const status = (withStateHash: boolean) =>
    statusReply(restored, settlement, reconciler, withStateHash);
  timer.reset();
  return {
    sequencer,
    snapshots,
    watcher,
    settlement,
    reconciler,
    answerRequest: answerRequests(options, restored, {
      sequencer,
      watcher,
      settlement,
      reconciler,
      status,
      traces,
    }),
    status,
    stopTimer: timer.stop,
    mayServe,
  };
}

function reconcile(
  { config, deployment, log, metrics, timers = systemTimers }: StartEngineOptions,
  client: ChainClient,
  { core }: Restored,
  watcher: ChainWatcher,
  settlement: Settlement,
): Reconciler {
  return startReconciler({
    client,
    deployment,
    expected: () => expectedChain(core),
    head: watcher.head,
    settlesOnChain: settlement.status().mode === "live",
    intervalMs: config.RECONCILE_INTERVAL_MS,
    sampleSize: config.RECONCILE_SAMPLE,
    now: timers.nowMs,
    log,
    metrics,
    timers,
  });
}

function answerRequests(
  { config, deployment, timers = systemTimers }: StartEngineOptions,
  { core, journal, projector }: Restored,
  parts: Pick<Parts, "sequencer" | "watcher" | "settlement" | "reconciler" | "status"> & {
    traces: CommandTraces;
  },
): AnswerRequest {
  const { sequencer, watcher, settlement, reconciler, status, traces } = parts;
  return createAnswerRequest({
    core,
    sequencer,
    releaseSigner: createReleaseSigner({
      operatorPrivateKey: config.OPERATOR_PRIVATE_KEY ?? null,
      deployment,
    }),
    isSettlementHalted: () => settlement.status().state === "halted",
    differsFromChain: () => reconciler.last()?.ok === false,
    isChainStale: () =>
      // 0: not caught up with since the start, however short ago that was.
      watcher.currentAtMs() === 0 ||
      timers.elapsedMs() - watcher.currentAtMs() > thirdOfExitDelayMs(deployment),
    reachTables: createReachTables({ sequencer, journal, projector, timers }),
    status,
    traces,
  });
}

function takeSnapshots(
  { config, deployment, log, metrics, writeSnapshot, timers = systemTimers }: StartEngineOptions,
  { core, journal, projector, snapshotSeq }: Restored,
): SnapshotTaker {
  return createSnapshotTaker({
    chainId: deployment.chainId,
    limits: journal.limits,
    core,
    every: config.ENGINE_SNAPSHOT_EVERY,
    lastSeq: snapshotSeq,
    projector,
    start: writeSnapshot ?? ((taken) => startSnapshotThread(config.DATABASE_URL, taken)),
    log,
    metrics: createSnapshotMetrics(metrics),
    timers,
  });
}

function statusReply(
  { core, journal }: Restored,
  settlement: Settlement,
  reconciler: Reconciler,
  withStateHash: boolean,
): StatusReply {
  const { mode, state, sentence } = settlement.status();
  const { lastBlock, lastBatchId, unsettledFills, oldestUnsettledMs } = core.status;
  const { exchange, skippedFills } = core.status;
  return {
    type: "status",
    seq: core.seq,
    stateHash: withStateHash ? core.stateHash() : null,
    journalHash: `0x${journal.head().hash.toString("hex")}`,
    settlement: mode,
    settlementHalted: state === "halted" ? sentence : null,
    lastBlock,
    lastBatchId,
    unsettledFills,
    oldestUnsettledMs,
    exchange,
    skippedFills,
    reconciliation: reconciler.last(),
  };
}

/** Publishes what the last engine made durable and could not publish any more. */
async function catchUpEvents(
  bus: BusServer,
  publisher: EventPublisher,
  { journal, snapshotEventSeq }: Restored,
  log: Log,
): Promise<void> {
  const publishedThrough = await bus.publishedThrough();
  if (publishedThrough > journal.head().seq) {
    log.warn({ publishedThrough }, "the bus holds events of another journal; they are dropped");
    await bus.resetEvents();
    return publisher.catchUp(0);
  }
  if (publishedThrough < snapshotEventSeq) {
    // Events before the snapshot are not made again; subscribers take the state anew.
    if (publishedThrough > 0) log.warn({ publishedThrough, snapshotEventSeq }, "events are lost");
    await bus.resetEvents();
  }
  publisher.catchUp(publishedThrough);
}

/** Sources of commands first, then the door, then the journal and the tables. */
async function stopParts(
  { bus, log }: StartEngineOptions,
  { journal, projector }: Restored,
  parts: Parts,
): Promise<void> {
  parts.stopTimer();
  await Promise.all([parts.watcher.stop(), parts.settlement.stop(), parts.reconciler.stop()]);
  await bus.close();
  await parts.sequencer.close();
  await parts.snapshots.close();
  await projector.close();
  await journal.close();
  log.info({ seq: journal.head().seq }, "the engine has stopped");
}
