import type { Hex } from "viem";

/** Half the order of secp256k1: a canonical `s` is at most this. */
const HALF_ORDER = Buffer.from(
  "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0",
  "hex",
);

export interface SignatureBytes {
  /** r and s, 32 bytes each. */
  rs: Uint8Array;
  recoveryId: 0 | 1;
}

/** Why a signature cannot be taken, whoever made it. */
export type SignatureFault = "length" | "recovery_id" | "high_s";

function split(bytes: Buffer): SignatureBytes | SignatureFault {
  if (bytes.length === 65) {
    const v = bytes[64] as number;
    const recoveryId = v >= 27 ? v - 27 : v;
    if (recoveryId !== 0 && recoveryId !== 1) return "recovery_id";
    return { rs: bytes.subarray(0, 64), recoveryId };
  }
  if (bytes.length !== 64) return "length";
  const rs = Buffer.from(bytes);
  const recoveryId = (rs[32] as number) >= 0x80 ? 1 : 0;
  rs[32] = (rs[32] as number) & 0x7f;
  return { rs, recoveryId };
}

/**
 * A 65-byte (r, s, v) or 64-byte (EIP-2098) signature in parts, or what is wrong with it. `v` may be
 * 0, 1, 27 or 28. An `s` in the upper half is refused: the contract would refuse it too, and one
 * signature must not have two forms.
 */
export function signatureBytes(signature: Hex): SignatureBytes | SignatureFault {
  const bytes = Buffer.from(signature.slice(2), "hex");
  if (signature.length !== 2 + 2 * bytes.length) return "length"; // half a byte, or not hex
  const parts = split(bytes);
  if (typeof parts === "string") return parts;
  return Buffer.compare(parts.rs.subarray(32), HALF_ORDER) > 0 ? "high_s" : parts;
}

/** The one form in which signatures leave the api: 65 bytes, `v` 27 or 28, lower-case. */
export function canonicalSignature(signature: SignatureBytes): Hex {
  const rs = Buffer.from(signature.rs).toString("hex");
  return `0x${rs}${signature.recoveryId === 0 ? "1b" : "1c"}`;
}
