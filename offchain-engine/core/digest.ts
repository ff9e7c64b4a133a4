import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

const PRIME_1 = 0x01000193;
const PRIME_2 = 0x85ebca6b;

/** Spreads every bit of a 32-bit word over the word (murmur3's finaliser). */
function avalanche(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}

/**
 * A 64-bit digest of a sequence of integers and strings, fast and the same on every machine. It
 * tells two states apart that differ by accident; against an adversary stands the journal's hash.
 */
export class Digest {
  #low = 0x811c9dc5 | 0;
  #high = 0x9747b28c | 0;

  /** Any safe integer. */
  integer(value: number): this {
    const low = value | 0;
    this.#word(low);
    this.#word(Math.floor(value / 0x1_0000_0000) | 0);
    return this;
  }

  text(value: string): this {
    this.#word(value.length);
    for (let i = 0; i < value.length; i++) this.#word(value.charCodeAt(i));
    return this;
  }

  save(out: SnapshotWriter): void {
    out.figure(this.#low);
    out.figure(this.#high);
  }

  load(from: SnapshotReader): void {
    this.#low = from.figure();
    this.#high = from.figure();
  }

  /** 16 hex digits. */
  hex(): string {
    return hex32(avalanche(this.#high ^ this.#low)) + hex32(avalanche(this.#low));
  }

  #word(word: number): void {
    this.#low = Math.imul(this.#low ^ word, PRIME_1);
    const rotated = (this.#high << 13) | (this.#high >>> 19);
    this.#high = Math.imul(rotated ^ avalanche(word + this.#low), PRIME_2) + 0x52dce729;
    this.#high |= 0;
  }
}
