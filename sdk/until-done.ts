import { isAgonError } from "./agon-error.ts";
import { backoffMs, pause, type RetryPolicy } from "./retry.ts";

/**
 * Does `work` again after growing pauses until it succeeds, `signal` is aborted, or a reply shows that asking
 * again cannot help (`reply_invalid`). Never rejects: it is for work that nobody waits for.
 */
export async function untilDone(
  work: () => Promise<void>,
  pauses: Pick<RetryPolicy, "baseDelayMs" | "maxDelayMs">,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted || isAgonError(error, "reply_invalid")) return;
      await pause(backoffMs(pauses, failures), signal).catch(() => {});
    }
  }
}
