import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/postgres/pool.ts";
import type { Deployment } from "../protocol/deployment.ts";
import { type CoreLimits, DEFAULT_LIMITS } from "./core/limits.ts";
import { type Core, createCore } from "./edge/core.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import type { StandbyMode } from "./journal/journal-lock.ts";
import type { EventPublisher } from "./sequencer/event-publisher.ts";

/** The engine's state as the journal has it, and the journal to go on with. */
export interface Restored {
  core: Core;
  journal: Journal<CoreLimits>;
  /** Of the last command; 0 when there is none. */
  timeMs: number;
  lastFillSeq: number;
}

/**
 * Takes the journal and replays it. The core's limits are those that the journal was begun with.
 * @throws StartError `journal_locked`, `journal_corrupt`, `deployment_mismatch`.
 */
export async function restore(options: {
  pool: Pool;
  deployment: Deployment;
  limits: Partial<CoreLimits>;
  standby: StandbyMode;
  publisher: EventPublisher;
  log: Log;
}): Promise<Restored> {
  const { pool, deployment, standby, publisher, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const journal = await openJournal({ pool, deployment, limits, standby, log });
  try {
    const core = createCore({ chainId: deployment.chainId, ...journal.limits });
    const startedMs = performance.now();
    let timeMs = 0;
    let lastFillSeq = 0;
    await journal.replay((sequenced) => {
      const { events, changes } = core.apply(sequenced);
      publisher.replayed(sequenced.seq, events);
      timeMs = sequenced.timeMs;
      for (const { fillSeq } of changes.fills) lastFillSeq = Math.max(lastFillSeq, fillSeq);
    });
    const tookMs = Math.round(performance.now() - startedMs);
    log.info({ seq: core.seq, stateHash: core.stateHash(), tookMs }, "the journal is replayed");
    return { core, journal, timeMs, lastFillSeq };
  } catch (error) {
    await journal.close();
    throw error;
  }
}
