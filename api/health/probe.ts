export type HealthStatus = "healthy" | "degraded" | "unhealthy";

export type Probe<Value> =
  | { ok: true; value: Value; latencyMs: number }
  | { ok: false; latencyMs: null };

const TIMEOUT_MS = 2000;

/** Runs one check against the clock: an answer and how long it took, or none in time. */
export async function probe<Value>(check: () => Promise<Value>): Promise<Probe<Value>> {
  const start = performance.now();
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error("too late")), TIMEOUT_MS);
  try {
    const value = await Promise.race([check(), late.promise]);
    return { ok: true, value, latencyMs: Math.round((performance.now() - start) * 100) / 100 };
  } catch {
    return { ok: false, latencyMs: null };
  } finally {
    clearTimeout(timer);
  }
}

/** ISO 8601 now. */
export function timestamp(): string {
  return new Date().toISOString();
}
