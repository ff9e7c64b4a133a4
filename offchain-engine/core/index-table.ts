import { assert } from "./assert.ts";

/** No such place. */
export const NO_PLACE = -1;

const NONE = NO_PLACE;
const INITIAL_PLACES = 128;

/**
 * Finds the rows of a table by the hash of their key: open addressing over one column of words, of which
 * at most so many quarters are full. A word is a row's index and one; what bits that leaves free hold the same bits of
 * the hash, so that a search hardly ever reads a row of another key.
 */
export class IndexTable {
  #words = new Int32Array(INITIAL_PLACES);
  readonly #fullQuarters: number;

  constructor(fullQuarters: 2 | 3) {
    this.#fullQuarters = fullQuarters;
  }

  /** The first place that may hold a row with that hash, or `NO_PLACE`. */
  first(hash: number): number {
    return this.#seek(hash, hash);
  }

  /** The next such place after `place`, or `NO_PLACE`. */
  next(hash: number, place: number): number {
    return this.#seek(hash, place + 1);
  }

  /** The row that a place holds. */
  row(place: number): number {
    return ((this.#words[place] as number) & (this.#words.length - 1)) - 1;
  }

  get bytes(): number {
    return this.#words.byteLength;
  }

  /** The most places in a row that hold one: no search visits more. Counted anew each time. */
  get longestRun(): number {
    const words = this.#words;
    let longest = 0;
    let run = 0;
    // Twice around: a run may go on at the other end.
    for (let i = 0; i < 2 * words.length; i++) {
      run = words[i & (words.length - 1)] === 0 ? 0 : run + 1;
      if (run > longest) longest = run;
    }
    return longest;
  }

  /** Whether `count` rows are few enough. */
  holds(count: number): boolean {
    return 4 * count <= this.#fullQuarters * this.#words.length;
  }

  /** Empties the table and makes room for `count` rows; whoever owns it then adds them all again. */
  clear(count: number): void {
    let places = this.#words.length;
    while (4 * count > this.#fullQuarters * places) places *= 2;
    assert(places <= 2 ** 30, "the rows of a table fit its index");
    this.#words = new Int32Array(places);
  }

  /** Adds a row; the table holds as many as `holds` allows. */
  add(hash: number, row: number): void {
    const words = this.#words;
    const mask = words.length - 1;
    let place = hash & mask;
    while (words[place] !== 0) place = (place + 1) & mask;
    words[place] = (hash & ~mask) | (row + 1);
  }

  #seek(hash: number, from: number): number {
    const words = this.#words;
    const mask = words.length - 1;
    for (let place = from & mask; ; place = (place + 1) & mask) {
      const word = words[place] as number;
      if (word === 0) return NONE;
      if (((word ^ hash) & ~mask) === 0) return place;
    }
  }
}
