import { assert } from "./assert.ts";

/** What a snapshot holds many of. */
export type Column = Int32Array | Uint32Array | Float64Array | Uint8Array;

/** Every entry begins on a multiple of it, so that any column can be read where it lies. */
const ALIGNMENT = 8;
const INITIAL_BYTES = 1 << 20;

/**
 * Takes the state down as bytes, in the machine's byte order: figures, columns and texts one after the
 * other, each with its length before it. What is written is copied at once, so the state may change as
 * soon as the last table is written. One writer serves many snapshots and keeps its memory between them.
 */
export class SnapshotWriter {
  #bytes = allocate(INITIAL_BYTES);
  #doubles = new Float64Array(this.#bytes.buffer);
  #length = 0;
  #isCounting = false;
  /** Memory below it was written to, and is therefore really there. */
  #warm = 0;

  /** What was written since the last `clear`; valid until the next write. In shared memory. */
  get bytes(): Uint8Array<SharedArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /**
   * Makes room, once, for what `save` writes, without writing it: growing step by step would copy what is
   * written again and again while the engine stands still. Clears the writer.
   */
  makeRoomFor(save: (out: SnapshotWriter) => void): void {
    this.clear();
    this.#isCounting = true;
    save(this);
    this.#isCounting = false;
    const byteLength = this.#length;
    this.clear();
    this.#reserve(byteLength);
  }

  /** Touches so much more of the memory that it has: the first touch costs more than what is written. */
  warm(byteLength: number): void {
    const from = Math.max(this.#warm, this.#length);
    this.#warm = Math.min(this.#bytes.length, from + byteLength);
    this.#bytes.fill(0, from, this.#warm);
  }

  /** Any number. */
  figure(value: number): void {
    this.#reserve(ALIGNMENT);
    if (!this.#isCounting) this.#doubles[this.#length / ALIGNMENT] = value;
    this.#length += ALIGNMENT;
  }

  /** Typed values of any number, the length included. */
  column(values: Column): void {
    const { byteLength } = values;
    this.figure(byteLength);
    this.#reserve(byteLength);
    if (!this.#isCounting) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, byteLength);
      this.#bytes.set(bytes, this.#length);
    }
    this.#length = alignedUp(this.#length + byteLength);
  }

  text(value: string): void {
    this.column(new TextEncoder().encode(value));
  }

  #reserve(byteLength: number): void {
    const needed = alignedUp(this.#length + byteLength);
    if (needed <= this.#bytes.length || this.#isCounting) return;
    assert(needed < 2 ** 33, "a snapshot fits in memory");
    const bytes = allocate(Math.max(needed + needed / 4, this.#bytes.length * 2));
    bytes.set(this.bytes);
    this.#bytes = bytes;
    this.#warm = 0;
    this.#doubles = new Float64Array(bytes.buffer);
  }
}

function allocate(byteLength: number): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(alignedUp(byteLength)));
}

/** The next multiple of the alignment. */
export function alignedUp(byteLength: number): number {
  return Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT;
}
