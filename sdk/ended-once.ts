import type { ErrorCode } from "../protocol/errors.ts";
import { AgonError } from "./agon-error.ts";

/**
 * Waits for the end of something. That a repetition finds it gone (`unknown`) is success: the attempt whose
 * reply was lost ended it.
 */
export async function endedOnce(request: Promise<unknown>, unknown: ErrorCode): Promise<void> {
  try {
    await request;
  } catch (error) {
    const isGone = error instanceof AgonError && error.code === unknown && error.attempts > 1;
    if (!isGone) throw error;
  }
}
