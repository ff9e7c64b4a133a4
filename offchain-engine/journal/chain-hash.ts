import { createHash } from "node:crypto";
import type { Deployment } from "../../protocol/deployment.ts";
import { journalGenesisHash } from "../../protocol/journal/genesis-hash.ts";

/** Hash "zero" of a deployment's journal, as bytes. */
export function genesisHash(deployment: Deployment): Buffer {
  return Buffer.from(journalGenesisHash(deployment).slice(2), "hex");
}

/** SHA-256 of the previous hash, `seq` and `timeMs` (8 bytes each, big-endian), and the payload's UTF-8. */
export function chainHash(previous: Buffer, seq: number, timeMs: number, payload: string): Buffer {
  const head = Buffer.allocUnsafe(previous.length + 16);
  head.set(previous, 0);
  head.writeBigUInt64BE(BigInt(seq), previous.length);
  head.writeBigUInt64BE(BigInt(timeMs), previous.length + 8);
  return createHash("sha256").update(head).update(payload, "utf8").digest();
}
