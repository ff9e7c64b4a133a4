const PAUSE_MS = 100;

/**
 * Asks until the answer is neither null, undefined nor false, for parties that send no events.
 * A failed question counts as no answer yet. @throws Error that names `what` after `timeoutMs`
 */
export async function pollUntil<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | null | undefined | false>,
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadlineMs) {
      const last = cause instanceof Error ? ` Last met: ${cause.message}` : "";
      throw new Error(`${what}: still not so after ${timeoutMs / 1000} s.${last}`, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
