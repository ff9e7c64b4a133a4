import { hash as digest } from "node:crypto";
import type { Deployment } from "../../protocol/deployment.ts";
import { journalGenesisHash } from "../../protocol/journal/genesis-hash.ts";

/** Hash "zero" of a deployment's journal, as bytes. */
export function genesisHash(deployment: Deployment): Buffer {
  return Buffer.from(journalGenesisHash(deployment).slice(2), "hex");
}

const HASH_BYTES = 32;
const HEAD_BYTES = HASH_BYTES + 16;
/** Of the texts of most commands: what is longer gets a buffer of its own. */
const scratch = Buffer.alloc(16_384);

/** SHA-256 of the previous hash, `seq` and `timeMs` (8 bytes each, big-endian), and the payload's UTF-8. */
export function chainHash(previous: Buffer, seq: number, timeMs: number, payload: string): Buffer {
  const most = HEAD_BYTES + 3 * payload.length;
  const bytes = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
  bytes.set(previous, 0);
  bytes.writeBigUInt64BE(BigInt(seq), HASH_BYTES);
  bytes.writeBigUInt64BE(BigInt(timeMs), HASH_BYTES + 8);
  const length = HEAD_BYTES + bytes.write(payload, HEAD_BYTES, "utf8");
  return digest("sha256", bytes.subarray(0, length), "buffer");
}
