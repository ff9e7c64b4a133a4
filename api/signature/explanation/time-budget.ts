const MS_PER_SECOND = 1000;

/** Bounds how much of a thread's time some work may take. */
export interface TimeBudget {
  /** Does the work unless its time is used up for now; then null. */
  spend<Value>(work: () => Value): Value | null;
}

/** A bucket of milliseconds: so many a second flow in, so many are in it at most. The last piece may overdraw. */
export function createTimeBudget(
  perSecondMs: number,
  mostMs: number,
  clock: () => number = () => performance.now(),
): TimeBudget {
  let leftMs = mostMs;
  let filledAt = clock();
  return {
    spend(work) {
      const now = clock();
      leftMs = Math.min(mostMs, leftMs + ((now - filledAt) * perSecondMs) / MS_PER_SECOND);
      filledAt = now;
      if (leftMs <= 0) return null;
      try {
        return work();
      } finally {
        leftMs -= clock() - now;
      }
    },
  };
}
