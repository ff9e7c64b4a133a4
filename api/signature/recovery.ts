import { createRequire } from "node:module";
import type secp256k1 from "secp256k1";

/** Which implementation of secp256k1 is at work. */
export type RecoveryImplementation = "native" | "javascript";

/** Recovers public keys. */
export interface Recovery {
  implementation: RecoveryImplementation;
  /**
   * The 64 bytes of the public key that made the signature (`rs`: 64 bytes) over the 32-byte digest; null
   * when there is none: r or s is zero or beyond the order, or no point has that r.
   */
  publicKey(digest: Uint8Array, rs: Uint8Array, recoveryId: number): Uint8Array | null;
}

/** The compiled addon. By itself the package would fall back to JavaScript in silence; we do not. */
function loadAddon(): typeof secp256k1 {
  return createRequire(import.meta.url)("secp256k1/bindings");
}

function nativeRecovery({ ecdsaRecover }: typeof secp256k1): Recovery {
  return {
    implementation: "native",
    publicKey(digest, rs, recoveryId) {
      try {
        return ecdsaRecover(rs, recoveryId, digest, false).subarray(1);
      } catch {
        return null;
      }
    },
  };
}

/** Some thirty times slower. Loaded when needed: the package is large. */
async function javascriptRecovery(): Promise<Recovery> {
  const { hexlify, SigningKey } = await import("ethers");
  return {
    implementation: "javascript",
    publicKey(digest, rs, recoveryId) {
      const r = hexlify(rs.subarray(0, 32));
      const s = hexlify(rs.subarray(32));
      const v = recoveryId === 0 ? 27 : 28;
      try {
        const key = SigningKey.recoverPublicKey(hexlify(digest), { r, s, v });
        return Buffer.from(key.slice(4), "hex");
      } catch {
        return null;
      }
    },
  };
}

/** The native implementation where it is allowed and loads, else one in pure JavaScript. */
export async function loadRecovery(
  isNativeAllowed: boolean,
  loadNative: () => typeof secp256k1 = loadAddon,
): Promise<Recovery> {
  if (isNativeAllowed) {
    try {
      return nativeRecovery(loadNative());
    } catch {
      // No binary for this platform: what is returned says so.
    }
  }
  return javascriptRecovery();
}
