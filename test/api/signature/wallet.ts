import { randomBytes } from "node:crypto";
import secp256k1 from "secp256k1";
import { type Address, bytesToHex, type Hex, hexToBytes, keccak256 } from "viem";

/** A key that signs digests forty times faster than a viem account. */
export interface Wallet {
  /** Lower case. */
  address: Address;
  /** 65 bytes, `v` 27 or 28. */
  sign(digest: Hex): Hex;
}

/** A wallet of a random key. */
export function randomWallet(): Wallet {
  let key = randomBytes(32);
  while (!secp256k1.privateKeyVerify(key)) key = randomBytes(32);
  const publicKey = secp256k1.publicKeyCreate(key, false).subarray(1);
  return {
    address: `0x${keccak256(publicKey).slice(26)}`,
    sign(digest) {
      const { signature, recid } = secp256k1.ecdsaSign(hexToBytes(digest), key);
      return `${bytesToHex(signature)}${recid === 0 ? "1b" : "1c"}`;
    },
  };
}
