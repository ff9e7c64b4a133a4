import { systemTimers, type Timers } from "../../platform/timers.ts";
import type { UnsettledFill } from "../edge/unsettled-fills.ts";

/** Tells how late it is for the oldest fill that waits for a batch. */
export interface WaitingSince {
  /** The engine's time, or later when the oldest fill is known to have waited for longer than that says. */
  nowMs(oldest: UnsettledFill | undefined): number;
}

/**
 * The engine's clock stands still while the machine's is behind what it once said; a fill must not wait for
 * company until that is over. So its wait is measured by the process's own time, too.
 */
export function createWaitingSince(
  engineNowMs: () => number,
  timers: Timers = systemTimers,
): WaitingSince {
  let fillSeq = 0;
  let sinceMs = 0;
  return {
    nowMs(oldest) {
      if (oldest === undefined) return engineNowMs();
      if (oldest.fillSeq !== fillSeq) {
        fillSeq = oldest.fillSeq;
        sinceMs = timers.elapsedMs();
      }
      return Math.max(engineNowMs(), oldest.timeMs + timers.elapsedMs() - sinceMs);
    },
  };
}
