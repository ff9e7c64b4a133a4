import { assert } from "../core/assert.ts";
import { Digest } from "../core/digest.ts";
import { type HashKey, keyedHash } from "../core/keyed-hash.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";

/** Words of an entry: account, then the two halves of its id's digest. */
const WORDS_EACH = 3;
const INITIAL_ENTRIES = 64;

/**
 * Which client ids an account has ever used, each as a 64-bit digest: 28 bytes at most, for good, since an
 * id stays used when its order is forgotten. Two ids of one account that agree in all 64 bits would
 * pass for one: it does not happen by accident, and whoever looks for such a pair bars only itself. The
 * digest has no key, since it is kept; where it stands in the table has one.
 */
export class ClientIds {
  #words = new Int32Array(INITIAL_ENTRIES * WORDS_EACH);
  /** Entry + 1 by account and digest; 0 where free. At most half full. */
  #table = new Int32Array(2 * INITIAL_ENTRIES);
  #count = 0;
  readonly #all = new Digest();
  readonly #key: HashKey;

  constructor(key: HashKey) {
    this.#key = key;
  }

  has(account: number, clientId: string): boolean {
    const { high, low } = digestOf(clientId);
    return this.#table[this.#placeOf(account, high, low)] !== 0;
  }

  /** Uses the id up, if it was not. */
  add(account: number, clientId: string): void {
    const { high, low } = digestOf(clientId);
    if (this.#table[this.#placeOf(account, high, low)] !== 0) return;
    const at = this.#count++ * WORDS_EACH;
    if (at === this.#words.length) {
      const words = new Int32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    this.#words[at] = account;
    this.#words[at + 1] = high;
    this.#words[at + 2] = low;
    this.#all.integer(account).integer(high).integer(low);
    if (2 * this.#count > this.#table.length) this.#rebuild();
    else this.#table[this.#placeOf(account, high, low)] = this.#count;
  }

  /** Digest of all of them, in the order in which they were used. */
  hex(): string {
    return this.#all.hex();
  }

  save(out: SnapshotWriter): void {
    this.#all.save(out);
    out.column(this.#words.subarray(0, this.#count * WORDS_EACH));
  }

  load(from: SnapshotReader): void {
    this.#all.load(from);
    const words = from.ints();
    this.#count = words.length / WORDS_EACH;
    if (this.#count === 0) return;
    this.#words = words;
    this.#rebuild();
  }

  /** Where the entry's number stands, or belongs. */
  #placeOf(account: number, high: number, low: number): number {
    const mask = this.#table.length - 1;
    let place = keyedHash(this.#key, account, high, low) & mask;
    for (; ; place = (place + 1) & mask) {
      const entry = (this.#table[place] as number) - 1;
      if (entry < 0) return place;
      const at = entry * WORDS_EACH;
      const isIt = this.#words[at] === account && this.#words[at + 1] === high;
      if (isIt && this.#words[at + 2] === low) return place;
    }
  }

  #rebuild(): void {
    let size = this.#table.length;
    while (2 * this.#count > size) size *= 2;
    assert(size <= 2 ** 30, "used client ids fit their table");
    this.#table = new Int32Array(size);
    for (let entry = 0; entry < this.#count; entry++) {
      const at = entry * WORDS_EACH;
      const account = this.#words[at] as number;
      const high = this.#words[at + 1] as number;
      this.#table[this.#placeOf(account, high, this.#words[at + 2] as number)] = entry + 1;
    }
  }
}

function digestOf(clientId: string): { high: number; low: number } {
  const hex = new Digest().text(clientId).hex();
  return {
    high: Number.parseInt(hex.slice(0, 8), 16) | 0,
    low: Number.parseInt(hex.slice(8), 16) | 0,
  };
}
