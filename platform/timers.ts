/** A process's clock and timers, as a port: a simulation puts its own in their place. */
export interface Timers {
  /** The wall clock, unix ms; it may jump either way. */
  nowMs(): number;
  /** How long the process runs, ms: for durations, which a wall clock that jumps would get wrong. */
  elapsedMs(): number;
  /** Calls once after at least `delayMs`, whatever the wall clock does meanwhile. The result cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls on a later turn of the event loop. */
  soon(callback: () => void): void;
}

export const systemTimers: Timers = {
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (callback) => void setImmediate(callback),
};
