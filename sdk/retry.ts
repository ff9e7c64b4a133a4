import { AgonError } from "./agon-error.ts";
import { isSilence } from "./silence.ts";

/** How failed requests are repeated. All bounded: by count, by each pause and by the whole time. */
export interface RetryPolicy {
  maxAttempts: number;
  /** The first pause; it doubles each time, with jitter. */
  baseDelayMs: number;
  maxDelayMs: number;
  /** No attempt starts later than this after the first one. */
  deadlineMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 12,
  baseDelayMs: 150,
  maxDelayMs: 5_000,
  deadlineMs: 45_000,
};

/**
 * `idempotent`: asking again cannot do harm, so every passing failure is met by asking again.
 * `keyed`: likewise, since every attempt carries one Idempotency-Key, with which the server gives the
 * first attempt's reply again.
 * `unprocessed`: only failures that prove that nothing was done are.
 */
export type Repeatable = "idempotent" | "keyed" | "unprocessed";

const GATEWAY_STATUSES = [502, 503, 504];
/** Answers of a working server about its state: they pass by someone's decision, not by themselves. */
const STANDING_CODES = ["trading_paused"];

function mayRepeat(error: AgonError, repeatable: Repeatable): boolean {
  if (["rate_limited", "engine_busy", "idempotency_in_flight"].includes(error.code)) return true;
  if (repeatable === "unprocessed" || STANDING_CODES.includes(error.code)) return false;
  if (error.status !== null) return GATEWAY_STATUSES.includes(error.status);
  return error.code === "network_failed" || error.code === "request_timed_out";
}

/**
 * The pause after the `attempt`-th failure in a row, in milliseconds: half of the doubled pause is fixed, half
 * is chance, so that clients do not return in step.
 */
export function backoffMs(
  policy: Pick<RetryPolicy, "baseDelayMs" | "maxDelayMs">,
  attempt: number,
): number {
  const full = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return full / 2 + (Math.random() * full) / 2;
}

/** A failed attempt: what it met, and how long the server asked to wait. */
export interface FailedAttempt {
  error: AgonError;
  retryAfterMs: number;
}

/** Resolves after `waitMs`. @throws AgonError `aborted` once `signal` is */
export function pause(waitMs: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new AgonError("aborted", { cause: signal?.reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, waitMs);
    signal?.addEventListener("abort", abort, { once: true });
  });
}

/**
 * Runs `attempt` until it succeeds, fails for good or the policy is used up; then throws the last error. Used up
 * on answers that decide nothing, it throws the last silence, if there was one: an attempt may have been taken.
 * @throws AgonError `aborted` once `signal` is
 */
export async function withRetry<T>(
  policy: RetryPolicy,
  repeatable: Repeatable,
  attempt: (number: number) => Promise<{ value: T } | FailedAttempt>,
  signal?: AbortSignal,
): Promise<T> {
  const startedMs = Date.now();
  let silence: AgonError | null = null;
  for (let number = 1; ; number++) {
    if (signal?.aborted) throw new AgonError("aborted", { cause: signal.reason });
    const outcome = await attempt(number);
    if ("value" in outcome) return outcome.value;
    if (signal?.aborted) throw new AgonError("aborted", { cause: signal.reason });
    const waitMs = Math.max(outcome.retryAfterMs, backoffMs(policy, number));
    const late = Date.now() + waitMs - startedMs > policy.deadlineMs;
    if (!mayRepeat(outcome.error, repeatable)) throw outcome.error;
    if (isSilence(outcome.error)) silence = outcome.error;
    if (number >= policy.maxAttempts || late) throw silence ?? outcome.error;
    await pause(waitMs, signal);
  }
}
