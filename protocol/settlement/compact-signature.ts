import type { Hex } from "viem";

const Y_PARITY = 1n << 255n;

/**
 * A signature as EIP-2098 has it: 64 bytes, with the parity in the top bit of `s`. A 64-byte signature
 * comes back as it is; whether a signature is valid is not looked at.
 * @throws RangeError unless it has 64 or 65 bytes and, then, a `v` of 0, 1, 27 or 28.
 */
export function compactSignature(signature: Hex): Hex {
  if (signature.length === 2 + 128) return signature;
  if (signature.length !== 2 + 130) {
    throw new RangeError("a signature has 64 or 65 bytes");
  }
  const v = Number.parseInt(signature.slice(130), 16);
  if (v !== 0 && v !== 1 && v !== 27 && v !== 28) {
    throw new RangeError(`a signature's v is 0, 1, 27 or 28, not ${v}`);
  }
  const isOdd = v === 1 || v === 28;
  const s = BigInt(`0x${signature.slice(66, 130)}`);
  const vs = isOdd ? s | Y_PARITY : s;
  return `0x${signature.slice(2, 66)}${vs.toString(16).padStart(64, "0")}`;
}
