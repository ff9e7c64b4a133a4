import { strict as assert } from "node:assert";

/** Commands that wait for their acknowledgement at once: a queue that never runs dry. */
const IN_FLIGHT = 2_048;

/** How long `send` took for all of `count` commands, in a second's worth of them. */
export async function drive(
  count: number,
  send: (index: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  async function client(): Promise<void> {
    while (next < count) await send(next++);
  }
  const startMs = performance.now();
  await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, count) }, client));
  return count / ((performance.now() - startMs) / 1_000);
}

/**
 * Sends `count` commands at `perSecond`, come what may; gives each one's milliseconds from the moment at
 * which it was due to its acknowledgement, so that a stall counts for all that it kept waiting.
 */
export async function pace(
  count: number,
  perSecond: number,
  send: (index: number) => Promise<void>,
): Promise<number[]> {
  const latenciesMs: number[] = [];
  const pending: Promise<void>[] = [];
  const startMs = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    const due = Math.min(count, Math.floor(((performance.now() - startMs) * perSecond) / 1_000));
    while (pending.length < due) {
      const index = pending.length;
      const dueMs = startMs + (index * 1_000) / perSecond;
      pending.push(send(index).then(() => void latenciesMs.push(performance.now() - dueMs)));
    }
    if (pending.length === count) resolve();
  }, 1);
  await promise;
  clearInterval(timer);
  await Promise.all(pending);
  assert.equal(latenciesMs.length, count);
  return latenciesMs.sort((a, b) => a - b);
}

/** Of sorted values, the one below which `share` of them lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
}

export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}
