import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Pool } from "../platform/postgres/pool.ts";
import { StartError } from "../platform/start-error.ts";
import type { Timers } from "../platform/timers.ts";
import type { Deployment } from "../protocol/deployment.ts";
import type { HashKey } from "./core/keyed-hash.ts";
import { type CoreLimits, DEFAULT_LIMITS } from "./core/limits.ts";
import { drawHashKey } from "./draw-hash-key.ts";
import { type Core, createCore } from "./edge/core.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import type { StandbyMode } from "./journal/journal-lock.ts";
import { createProjectorMetrics } from "./projection/metrics.ts";
import {
  DEFAULT_PROJECTOR_LIMITS,
  type Projector,
  type ProjectorLimits,
  TableProjector,
} from "./projection/projector.ts";
import { openTables } from "./projection/tables.ts";
import type { EventPublisher } from "./sequencer/event-publisher.ts";
import { loadSnapshot } from "./snapshot/load-snapshot.ts";
import { readStateHashes } from "./snapshot/read-checkpoints.ts";

/** Where a replay of the whole journal begins. */
const FROM_START = { seq: 0, timeMs: 0, journalHash: null };

/** The engine's state as the journal has it, and the journal and tables to go on with. */
export interface Restored {
  core: Core;
  journal: Journal<CoreLimits>;
  /** Has taken what the tables lack, and writes it. */
  projector: Projector;
  /** Of the last command; 0 when there is none. */
  timeMs: number;
  lastFillSeq: number;
  /** The command after which the snapshot was taken that it began from; 0 for none. */
  snapshotSeq: number;
  /** The last command before that which had events: they cannot be sent again. */
  snapshotEventSeq: number;
}

/**
 * Takes the journal and the tables, loads the newest snapshot that verifies, and replays the journal from
 * there, or the whole of it. What the tables lack is written behind. The core's limits are those that
 * the journal was begun with.
 * @throws StartError `journal_locked`, `journal_corrupt`, `state_diverged`, `deployment_mismatch`.
 */
export async function restore(options: {
  pool: Pool;
  deployment: Deployment;
  limits: Partial<CoreLimits>;
  projectorLimits?: Partial<ProjectorLimits>;
  standby: StandbyMode;
  publisher: EventPublisher;
  /** The last command whose events the carrier has; asked once the journal is ours. */
  publishedThrough?: () => Promise<number>;
  log: Log;
  metrics: Metrics;
  timers?: Timers;
  /** In place of one that is drawn. */
  hashKey?: HashKey | undefined;
}): Promise<Restored> {
  const { pool, deployment, standby, log, timers } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const journal = await openJournal({
    pool,
    deployment,
    limits,
    standby,
    log,
    ...(timers ? { timers } : {}),
  });
  let projector: Projector | null = null;
  try {
    projector = await startProjector(options);
    const restored = await replay({ ...options, journal, projector });
    checkTables(projector, restored.core.seq);
    return restored;
  } catch (error) {
    await projector?.close();
    await journal.close();
    throw error;
  }
}

async function startProjector(options: {
  pool: Pool;
  projectorLimits?: Partial<ProjectorLimits>;
  log: Log;
  metrics: Metrics;
  timers?: Timers;
}): Promise<Projector> {
  const { pool, log, metrics, timers } = options;
  return new TableProjector({
    tables: await openTables({ pool, log, ...(timers ? { timers } : {}) }),
    limits: { ...DEFAULT_PROJECTOR_LIMITS, ...options.projectorLimits },
    metrics: createProjectorMetrics(metrics),
    log,
    ...(timers ? { timers } : {}),
  });
}

async function replay(options: {
  pool: Pool;
  journal: Journal<CoreLimits>;
  projector: Projector;
  publisher: EventPublisher;
  publishedThrough?: () => Promise<number>;
  deployment: Deployment;
  log: Log;
  hashKey?: HashKey | undefined;
}): Promise<Restored> {
  const { pool, journal, projector, publisher, deployment, log } = options;
  const { hashKey = drawHashKey() } = options;
  const config = { chainId: deployment.chainId, ...journal.limits, hashKey };
  const startedMs = performance.now();
  const publishedThrough = (await options.publishedThrough?.()) ?? 0;
  const tablesSeq = projector.seq();
  const loaded = await loadSnapshot({ pool, config, tablesSeq, publishedThrough, log });
  const loadedMs = Math.round(performance.now() - startedMs);
  const core = loaded?.core ?? createCore(config);
  const {
    seq: snapshotSeq,
    timeMs: snapshotTimeMs,
    journalHash,
  } = loaded?.checkpoint ?? FROM_START;
  const snapshotEventSeq = core.lastEventSeq;
  publisher.resume(snapshotEventSeq);
  const stateHashes = await readStateHashes(pool, snapshotSeq);
  let timeMs = snapshotTimeMs;
  await journal.replay(
    (sequenced) => {
      const { seq } = sequenced;
      const { events, changes } = core.apply(sequenced);
      publisher.replayed(seq, events);
      projector.add(seq, changes);
      timeMs = sequenced.timeMs;
      checkState(core, stateHashes.get(seq));
    },
    {
      after: journalHash === null ? undefined : { seq: snapshotSeq, hash: journalHash },
      // Tables that are to be filled from far back are not outrun.
      pause: async () => (projector.isBehind() ? projector.reached(core.seq) : undefined),
    },
  );
  const tookMs = Math.round(performance.now() - startedMs);
  const behind = core.seq - projector.seq();
  const stateHash =
    core.seq === snapshotSeq && loaded ? loaded.checkpoint.stateHash : core.stateHash();
  log.info(
    { seq: core.seq, stateHash, behind, snapshotSeq, loadedMs, tookMs },
    "the journal is replayed",
  );
  const { lastFillSeq } = core;
  return { core, journal, projector, timeMs, lastFillSeq, snapshotSeq, snapshotEventSeq };
}

/** @throws StartError `state_diverged` when the state is not the recorded one. */
function checkState(core: Core, expected: string | undefined): void {
  if (expected === undefined || core.stateHash() === expected) return;
  throw new StartError(
    "state_diverged",
    `Replayed to entry ${core.seq}, the journal gives another state than the engine that wrote it had. ` +
      "Start the version of the engine that wrote it, and report this.",
  );
}

/** Rows of commands that no journal has would never be corrected. */
function checkTables(projector: Projector, seq: number): void {
  if (projector.seq() <= seq) return;
  throw new StartError(
    "journal_corrupt",
    `The tables hold what the journal's entries up to ${projector.seq()} changed, and the journal ends ` +
      `at ${seq}: a part of it is missing; restore the database from a backup.`,
  );
}
