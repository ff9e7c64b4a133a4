import { assert } from "../core/assert.ts";
import { NO_RECORD } from "./order-pages.ts";

const INITIAL_PLACES = 1 << 12;

/**
 * Records by a word that stands for their order's hash: open addressing over one column, at most half full. A
 * place holds a record's index and one, beside the word, so that a miss reads no record. Words are keyed
 * hashes: makers choose their orders, and with patience some bits of an order's own hash.
 */
export class HashIndex {
  /** Index: `place << 1`: record + 1, or 0; then the hash's word. */
  #places = new Int32Array(INITIAL_PLACES << 1);
  #count = 0;

  /** The record with that word that `isIt` knows, or `NO_RECORD`. */
  find(word: number, isIt: (record: number) => boolean): number {
    const places = this.#places;
    const mask = (places.length >> 1) - 1;
    for (let place = word & mask; ; place = (place + 1) & mask) {
      const found = (places[place << 1] as number) - 1;
      if (found === NO_RECORD) return NO_RECORD;
      if (places[(place << 1) | 1] === (word | 0) && isIt(found)) return found;
    }
  }

  add(word: number, record: number): void {
    if (++this.#count * 4 > this.#places.length) this.ensure(this.#count * 2);
    this.#insert(word | 0, record);
  }

  remove(word: number, record: number): void {
    const places = this.#places;
    const mask = (places.length >> 1) - 1;
    let hole = word & mask;
    while (places[hole << 1] !== record + 1) {
      assert(places[hole << 1] !== 0, "a record that is forgotten was known");
      hole = (hole + 1) & mask;
    }
    this.#count--;
    // What follows without a gap moves up, unless it would leave the stretch that it is looked for in.
    for (let place = (hole + 1) & mask; places[place << 1] !== 0; place = (place + 1) & mask) {
      const home = (places[(place << 1) | 1] as number) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      places[hole << 1] = places[place << 1] as number;
      places[(hole << 1) | 1] = places[(place << 1) | 1] as number;
      hole = place;
    }
    places[hole << 1] = 0;
  }

  /** Makes room for `count` records. */
  ensure(count: number): void {
    let size = this.#places.length;
    while (count * 4 > size) size *= 2;
    if (size === this.#places.length) return;
    const old = this.#places;
    this.#places = new Int32Array(size);
    for (let at = 0; at < old.length; at += 2) {
      const record = (old[at] as number) - 1;
      if (record !== NO_RECORD) this.#insert(old[at + 1] as number, record);
    }
  }

  #insert(word: number, record: number): void {
    const places = this.#places;
    const mask = (places.length >> 1) - 1;
    let place = word & mask;
    while (places[place << 1] !== 0) place = (place + 1) & mask;
    places[place << 1] = record + 1;
    places[(place << 1) | 1] = word;
  }
}
