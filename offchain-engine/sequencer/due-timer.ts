import { systemTimers, type Timers } from "../../platform/timers.ts";

/** The longest delay that a timer takes; a later moment is reached in several steps. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Calls when the earliest due moment of the engine has come. */
export interface DueTimer {
  /** Looks again: the due moment or the clock may have changed. */
  reset(): void;
  stop(): void;
}

/** `dueAtMs` and `nowMs` are of the engine's clock; `onDue` runs once for a due moment that it mends. */
export function createDueTimer(options: {
  dueAtMs: () => number | null;
  nowMs: () => number;
  onDue: () => void;
  timers?: Timers;
}): DueTimer {
  const { dueAtMs, nowMs, onDue, timers = systemTimers } = options;
  let cancel: (() => void) | null = null;

  function stop(): void {
    cancel?.();
    cancel = null;
  }

  function reset(): void {
    stop();
    const dueMs = dueAtMs();
    if (dueMs === null) return;
    const delayMs = Math.min(MAX_DELAY_MS, Math.max(0, dueMs - nowMs()));
    cancel = timers.after(delayMs, () => {
      if (nowMs() >= dueMs) onDue();
      else reset();
    });
  }

  return { reset, stop };
}
