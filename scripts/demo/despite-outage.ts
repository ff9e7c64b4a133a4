import { isAgonError } from "../../sdk/index.ts";

const PASSING_CODES = [
  "network_failed",
  "request_timed_out",
  "engine_unavailable",
  "engine_timeout",
  "chain_unavailable",
] as const;
const TIMEOUT_MS = 60_000;
const PAUSE_MS = 250;

/**
 * Does again what the SDK does not repeat by itself, when doing it twice would be no harm to the
 * story: one more faucet, sign-in or release. @throws what the last attempt threw
 */
export async function despiteOutage<T>(act: () => Promise<T>): Promise<T> {
  const deadlineMs = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const passing = PASSING_CODES.some((code) => isAgonError(error, code));
      if (!passing || Date.now() > deadlineMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
