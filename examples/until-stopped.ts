/** A signal that aborts at Ctrl-C, at SIGTERM, or after `seconds` unless that is 0. */
export function untilStopped(seconds: number): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  if (seconds === 0) return stop.signal;
  return AbortSignal.any([stop.signal, AbortSignal.timeout(seconds * 1000)]);
}
