import { ApiProblem } from "../problem.ts";

export const IDEMPOTENCY_HEADER = "Idempotency-Key";
/** On a reply that was given before. */
export const REPLAYED_HEADER = "Idempotency-Replayed";
/** Visible ASCII but for what quotes and lists are made of. */
export const IDEMPOTENCY_KEY_PATTERN = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,128}$/;

/**
 * The key that a header names: as the draft has it in double quotes, or bare. Null without the header.
 * @throws ApiProblem `idempotency_key_invalid`.
 */
export function readIdempotencyKey(header: string): string | null {
  if (header === "") return null;
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (!IDEMPOTENCY_KEY_PATTERN.test(key)) throw new ApiProblem("idempotency_key_invalid");
  return key;
}
