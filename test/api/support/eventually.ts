import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 20;

/** Polls a condition until it holds. Fails when it does not within the time. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `the condition does not hold within ${timeoutMs} ms`);
    await delay(POLL_MS);
  }
}
