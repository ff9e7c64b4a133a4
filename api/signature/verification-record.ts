/**
 * How orders and answers travel between threads: records of fixed size, back to back. Bytes are far
 * cheaper to hand over than objects, and both sides know the layout.
 */

const STRUCT_BYTES = 352;

/** A request: the order's EIP-712 struct, r and s of its signature, and the recovery id. */
export const Request = {
  STRUCT: 0,
  RS: STRUCT_BYTES,
  RECOVERY_ID: STRUCT_BYTES + 64,
  BYTES: STRUCT_BYTES + 65,
} as const;

/** In the recovery id's place: there is nothing to recover. */
export const NO_SIGNATURE = 0xff;

/** An answer: digest, struct hash, the signer's address, and whether there is one. */
export const Answer = {
  DIGEST: 0,
  STRUCT_HASH: 32,
  SIGNER: 64,
  HAS_SIGNER: 84,
  BYTES: 85,
} as const;
