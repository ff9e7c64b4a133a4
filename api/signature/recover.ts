import { createRequire } from "node:module";
import secp256k1 from "secp256k1";
import type { SignatureBytes } from "./signature-bytes.ts";

/** Which implementation of secp256k1 the process got. The package falls back in silence; we do not. */
export type RecoveryImplementation = "native" | "javascript";

/** `native` when the compiled addon is what the package hands out. */
export function recoveryImplementation(): RecoveryImplementation {
  const require = createRequire(import.meta.url);
  try {
    return require("secp256k1") === require("secp256k1/bindings") ? "native" : "javascript";
  } catch {
    return "javascript";
  }
}

/** The 64 bytes of the public key that made the signature, or null when there is none. */
export function recoverPublicKey(
  digest: Uint8Array,
  { rs, recoveryId }: SignatureBytes,
): Uint8Array | null {
  try {
    return secp256k1.ecdsaRecover(rs, recoveryId, digest, false).subarray(1);
  } catch {
    return null; // r or s is zero or beyond the order, or no point has that r
  }
}
