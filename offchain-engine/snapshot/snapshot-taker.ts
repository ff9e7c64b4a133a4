import type { Log } from "../../platform/log.ts";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import type { CoreLimits } from "../core/limits.ts";
import type { Core } from "../edge/core.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import type { Projector } from "../projection/projector.ts";
import { within } from "../within.ts";
import type { SnapshotMetrics } from "./metrics.ts";
import type { SnapshotThread } from "./snapshot-thread.ts";
import { createStateCopy } from "./state-copy.ts";
import type { TakenState } from "./write-snapshot.ts";

/** A thread that takes longer hangs; the largest snapshots take a minute. */
const WRITE_LIMIT_MS = 600_000;

/** Takes the state down every so many commands. */
export interface SnapshotTaker {
  /**
   * Called between two commands, after that entry was applied. Copies the state when a snapshot is due.
   * @returns What to do once the entry is durable; null when nothing was taken.
   */
  applied(entry: JournalEntry): (() => void) | null;
  /** Resolves when no snapshot is being written. */
  idle(): Promise<void>;
  /** Takes no more, and gives up what is being written. */
  close(): Promise<void>;
}

/**
 * The state is copied at once, into memory that was made ready before and is kept for the next time, and written on a thread of its
 * own: once its last command is durable and in the tables, so that no restart finds a snapshot that is
 * ahead of either. One at a time. A snapshot that cannot be taken or written costs a restart time, and nothing else.
 */
export function createSnapshotTaker(options: {
  chainId: number;
  limits: CoreLimits;
  core: Pick<Core, "save">;
  /** Commands from one snapshot to the next; 0 for none at all. */
  every: number;
  /** The command after which the last snapshot was taken. */
  lastSeq: number;
  projector: Pick<Projector, "reached">;
  /** Starts to write what was taken. */
  start: (taken: TakenState) => SnapshotThread;
  log: Log;
  metrics: SnapshotMetrics;
  timers?: Timers;
}): SnapshotTaker {
  const { every, projector, start, log, metrics, timers = systemTimers } = options;
  const copy = createStateCopy(options);
  let { lastSeq } = options;
  let writing: Promise<void> | null = null;
  let thread: SnapshotThread | null = null;
  /** The buffer holds a state that is not written yet. */
  let isTaken = false;
  let isClosed = false;

  async function write(taken: TakenState): Promise<void> {
    const { seq, bytes } = taken;
    try {
      await projector.reached(seq);
      if (isClosed) return;
      const stopTimer = metrics.writeSeconds.startTimer();
      thread = start(taken);
      const stateHash = await within(WRITE_LIMIT_MS, thread.written, timers);
      const tookMs = Math.round(stopTimer() * 1_000);
      metrics.seq.set(seq);
      log.info({ seq, stateHash, bytes: bytes.length, tookMs }, "a snapshot is stored");
    } catch (error) {
      if (isClosed) return;
      metrics.failed.inc();
      log.error({ err: error, seq }, "a snapshot could not be stored; the next one will be tried");
      // One that hangs may still read the buffer.
      await thread?.stop();
    } finally {
      thread = null;
      isTaken = false;
    }
  }

  return {
    applied(entry) {
      if (every === 0) return null;
      const isDue = entry.seq - lastSeq >= every;
      try {
        if (isTaken || isClosed) return null;
        if (!isDue) {
          // From half-way to the next snapshot on, a little after each group.
          if (entry.seq - lastSeq >= every / 2) copy.prepare();
          return null;
        }
        const taken = copy.take(entry);
        isTaken = true;
        lastSeq = entry.seq;
        return () => {
          writing = write(taken);
        };
      } catch (error) {
        // The state is as it was, only its copy is not there: no reason to stop.
        lastSeq = entry.seq;
        metrics.failed.inc();
        log.error({ err: error, seq: entry.seq }, "a snapshot could not be taken");
        return null;
      }
    },
    idle: async () => void (await writing),
    async close() {
      isClosed = true;
      const ending = thread;
      await ending?.stop();
      await ending?.written.catch(() => {});
    },
  };
}
