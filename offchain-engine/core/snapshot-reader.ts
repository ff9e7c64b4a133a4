import { assert } from "./assert.ts";
import { alignedUp, type Column } from "./snapshot-writer.ts";

const FIGURE_BYTES = 8;

/**
 * Reads what a `SnapshotWriter` wrote, in the same order. Columns come out as copies.
 * @throws CoreAssertionError where the bytes cannot be a snapshot of this form.
 */
export class SnapshotReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether everything was read. */
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  figure(): number {
    assert(this.#at + FIGURE_BYTES <= this.#bytes.length, "a snapshot holds what it says");
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += FIGURE_BYTES;
    return value;
  }

  /** With room for `room` more values behind those written. */
  ints(room = 0): Int32Array<ArrayBuffer> {
    return this.#column((length) => new Int32Array(length + room), 4);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#column((length) => new Uint8Array(length), 1);
  }

  unsigned(): Uint32Array<ArrayBuffer> {
    return this.#column((length) => new Uint32Array(length), 4);
  }

  doubles(): Float64Array<ArrayBuffer> {
    return this.#column((length) => new Float64Array(length), 8);
  }

  /** Into an array of the caller's; what is beyond the written values stays. */
  into(target: Uint8Array): void {
    const bytes = this.#take();
    assert(bytes.length <= target.length, "a column fits its place");
    target.set(bytes);
  }

  text(): string {
    // Copied: a decoder takes no bytes in shared memory.
    return new TextDecoder().decode(this.#take().slice());
  }

  #column<Values extends Column>(allocate: (length: number) => Values, bytesEach: number): Values {
    const bytes = this.#take();
    assert(bytes.length % bytesEach === 0, "a column holds whole values");
    const values = allocate(bytes.length / bytesEach);
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }

  #take(): Uint8Array {
    const byteLength = this.figure();
    const end = this.#at + byteLength;
    assert(byteLength >= 0 && end <= this.#bytes.length, "a snapshot holds what it says");
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = alignedUp(end);
    return bytes;
  }
}
