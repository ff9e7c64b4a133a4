import { isAgonError } from "./agon-error.ts";

/** After these the request may or may not have been carried out. */
const SILENCES = ["request_timed_out", "network_failed", "engine_timeout"] as const;

/** Whether a failure leaves it open what became of the request. */
export function isSilence(error: unknown): boolean {
  return SILENCES.some((code) => isAgonError(error, code));
}
