import { assert } from "../core/assert.ts";

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** An amount that the chain moved. Escrow never holds more than 2⁵³−1, so it is exact. */
export function chainAmount(decimal: string): number {
  const amount = BigInt(decimal);
  assert(amount >= 0n && amount <= MAX_SAFE, "escrow holds at most 2^53 - 1");
  return Number(amount);
}

/** An amount that a user asked for on chain: more than escrow can hold means all there is. */
export function requestedAmount(decimal: string): number {
  const amount = BigInt(decimal);
  return Number(amount > MAX_SAFE ? MAX_SAFE : amount);
}

/** A positive amount from a user's command; null when it is none. */
export function userAmount(decimal: string): number | null {
  if (!/^[0-9]{1,16}$/.test(decimal)) return null;
  const amount = Number(decimal);
  return amount >= 1 && Number.isSafeInteger(amount) ? amount : null;
}
