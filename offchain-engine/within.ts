import type { Timers } from "../platform/timers.ts";

/** As the promise ends, or rejects after so long; what it waits for goes on. */
export function within<Value>(
  delayMs: number,
  promise: Promise<Value>,
  timers: Timers,
): Promise<Value> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const stopTimer = timers.after(delayMs, () => reject(new Error(`not done within ${delayMs} ms`)));
  return Promise.race([promise, expired]).finally(stopTimer);
}
