import { createHash, type Hash } from "node:crypto";
import type pg from "pg";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** Before the first row: signature, flags, and the length of an extension that there is none of. */
const HEADER_BYTES = 19;
/** Before a row's one value: how many there are, and its length. */
const ROW_HEAD_BYTES = 6;

/** The bytes of a snapshot; null when they are not those that were written. */
export async function readSnapshot(
  pool: Pool,
  { seq, snapshotBytes, snapshotHash }: Checkpoint,
): Promise<Uint8Array | null> {
  const client = await pool.connect();
  try {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const copy = new SnapshotCopy(seq, snapshotBytes, { resolve, reject });
    client.query(copy as unknown as pg.Submittable);
    await promise;
    return copy.end(snapshotHash);
  } finally {
    client.release();
  }
}

/**
 * A binary COPY of all chunks in one round trip: as rows of a query, each byte would come as two hex
 * digits. `pg` takes it as a query that speaks for itself.
 */
class SnapshotCopy {
  readonly handleReadyForQuery: () => void;
  readonly handleError: (error: Error) => void;
  readonly #seq: number;
  readonly #bytes: Uint8Array;
  readonly #hash: Hash = createHash("sha256");
  readonly #rowHead = Buffer.alloc(ROW_HEAD_BYTES);
  #headLength = 0;
  /** Bytes that still come before the next row's head, and whether they are a value's. */
  #left = HEADER_BYTES;
  #isValue = false;
  #length = 0;
  #isTooLong = false;

  constructor(
    seq: number,
    byteLength: number,
    settle: { resolve: () => void; reject: (error: Error) => void },
  ) {
    this.#seq = seq;
    this.#bytes = new Uint8Array(byteLength);
    this.handleReadyForQuery = settle.resolve;
    this.handleError = settle.reject;
  }

  submit(connection: { query(text: string): void }): void {
    const chunks = `SELECT data FROM engine.snapshot_chunks WHERE seq = ${this.#seq} ORDER BY number`;
    connection.query(`COPY (${chunks}) TO STDOUT (FORMAT binary)`);
  }

  handleCommandComplete(): void {}

  /** A message may hold any part of the stream, and its memory is the driver's again afterwards. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) at += this.#takeHead(chunk, at);
      else at += this.#takeBody(chunk.subarray(at, at + this.#left));
    }
  }

  /** The bytes, if they are those of that hash. */
  end(expected: Buffer): Uint8Array | null {
    const isWhole = this.#length === this.#bytes.length && !this.#isTooLong;
    return isWhole && this.#hash.digest().equals(expected) ? this.#bytes : null;
  }

  #takeHead(chunk: Buffer, at: number): number {
    const taken = chunk.copy(
      this.#rowHead,
      this.#headLength,
      at,
      at + ROW_HEAD_BYTES - this.#headLength,
    );
    this.#headLength += taken;
    if (this.#headLength < ROW_HEAD_BYTES) return taken;
    this.#headLength = 0;
    this.#isValue = true;
    this.#left = this.#rowHead.readInt32BE(2);
    return taken;
  }

  #takeBody(part: Buffer): number {
    this.#left -= part.length;
    if (!this.#isValue) return part.length;
    if (this.#length + part.length > this.#bytes.length) {
      this.#isTooLong = true;
      return part.length;
    }
    this.#hash.update(part);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
    return part.length;
  }
}
