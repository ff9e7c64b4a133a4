import { createHash } from "node:crypto";
import type { Deployment } from "../../protocol/deployment.ts";

export const JOURNAL_FORMAT = 1;

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

function hexBytes(hex: string): Buffer {
  return Buffer.from(hex.slice(2), "hex");
}

/** Hash "zero" of a journal: SHA-256 of `agon-journal-1`, chain id (8 bytes), exchange, deploy block's hash. */
export function genesisHash(deployment: Deployment): Buffer {
  return createHash("sha256")
    .update(`agon-journal-${JOURNAL_FORMAT}`)
    .update(uint64(deployment.chainId))
    .update(hexBytes(deployment.exchange))
    .update(hexBytes(deployment.deployBlockHash))
    .digest();
}

/** SHA-256 of the previous hash, `seq` and `timeMs` (8 bytes each, big-endian), and the payload's UTF-8. */
export function chainHash(previous: Buffer, seq: number, timeMs: number, payload: string): Buffer {
  const head = Buffer.allocUnsafe(previous.length + 16);
  head.set(previous, 0);
  head.writeBigUInt64BE(BigInt(seq), previous.length);
  head.writeBigUInt64BE(BigInt(timeMs), previous.length + 8);
  return createHash("sha256").update(head).update(payload, "utf8").digest();
}
