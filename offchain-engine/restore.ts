import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics.ts";
import type { Pool } from "../platform/postgres/pool.ts";
import { StartError } from "../platform/start-error.ts";
import type { Timers } from "../platform/timers.ts";
import type { Deployment } from "../protocol/deployment.ts";
import { type CoreLimits, DEFAULT_LIMITS } from "./core/limits.ts";
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

/** The engine's state as the journal has it, and the journal and tables to go on with. */
export interface Restored {
  core: Core;
  journal: Journal<CoreLimits>;
  /** Has taken what the tables lack, and writes it. */
  projector: Projector;
  /** Of the last command; 0 when there is none. */
  timeMs: number;
  lastFillSeq: number;
}

/**
 * Takes the journal and the tables, and replays the journal. What the tables lack is written behind. The
 * core's limits are those that the journal was begun with.
 * @throws StartError `journal_locked`, `journal_corrupt`, `deployment_mismatch`.
 */
export async function restore(options: {
  pool: Pool;
  deployment: Deployment;
  limits: Partial<CoreLimits>;
  projectorLimits?: Partial<ProjectorLimits>;
  standby: StandbyMode;
  publisher: EventPublisher;
  log: Log;
  metrics: Metrics;
  timers?: Timers;
}): Promise<Restored> {
  const { pool, deployment, standby, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const journal = await openJournal({ pool, deployment, limits, standby, log });
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
    tables: await openTables(pool),
    limits: { ...DEFAULT_PROJECTOR_LIMITS, ...options.projectorLimits },
    metrics: createProjectorMetrics(metrics),
    log,
    ...(timers ? { timers } : {}),
  });
}

async function replay(options: {
  journal: Journal<CoreLimits>;
  projector: Projector;
  publisher: EventPublisher;
  deployment: Deployment;
  log: Log;
}): Promise<Restored> {
  const { journal, projector, publisher, deployment, log } = options;
  const core = createCore({ chainId: deployment.chainId, ...journal.limits });
  const startedMs = performance.now();
  let timeMs = 0;
  let lastFillSeq = 0;
  await journal.replay(
    (sequenced) => {
      const { events, changes } = core.apply(sequenced);
      publisher.replayed(sequenced.seq, events);
      projector.add(sequenced.seq, changes);
      timeMs = sequenced.timeMs;
      for (const { fillSeq } of changes.fills) lastFillSeq = Math.max(lastFillSeq, fillSeq);
    },
    // Tables that are to be filled from far back are not outrun.
    async () => (projector.isBehind() ? projector.reached(core.seq) : undefined),
  );
  const tookMs = Math.round(performance.now() - startedMs);
  const behind = core.seq - projector.seq();
  log.info(
    { seq: core.seq, stateHash: core.stateHash(), behind, tookMs },
    "the journal is replayed",
  );
  return { core, journal, projector, timeMs, lastFillSeq };
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
