/** A 64-bit nonce as the core takes it: two unsigned 32-bit halves. */
export interface NonceHalves {
  high: number;
  low: number;
}

const UINT64 = /^(0|[1-9][0-9]{0,19})$/;
const MAX_UINT64 = 2n ** 64n - 1n;

/** The halves of a decimal nonce; null when it is none. */
export function splitNonce(decimal: string): NonceHalves | null {
  if (!UINT64.test(decimal)) return null;
  const number = Number(decimal);
  if (Number.isSafeInteger(number)) {
    return { high: Math.floor(number / 2 ** 32), low: number >>> 0 };
  }
  const nonce = BigInt(decimal);
  if (nonce > MAX_UINT64) return null;
  return { high: Number(nonce >> 32n), low: Number(nonce & 0xffff_ffffn) };
}
