import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** No slot: an empty list, or an order that does not rest. */
export const NO_SLOT = -1;

/** A slot is sixteen words, a cache line. Index: `slot << SLOT_SHIFT | field`; what matching needs comes first. */
export const SLOT_SHIFT = 4;
export const NEXT = 0;
export const PREVIOUS = 1;
/** `market << 10 | tick`. */
export const LEVEL = 2;
/** Lots left to fill, unsigned. */
export const REMAINING = 3;
export const ACCOUNT = 4;
/** Low 32 bits of the order's number; 0 while the slot is free. */
export const ORDER_ID = 5;
export const ACCOUNT_NEXT = 6;
export const ACCOUNT_PREVIOUS = 7;

/** Lots, unsigned. */
export const QUANTITY = 8;
/** Its account's shares that it moves; `NO_ENTRY` while it only locks cash and has not filled. */
export const SHARE_ENTRY = 9;
/** Place of its nonce among all nonces. */
export const NONCE = 10;
/** Side, outcome, time in force, fee cap and the top byte of the expiry, packed (`order-terms.ts`). */
export const PACKED_TERMS = 11;
/** Low 32 bits of the expiry, unix seconds. */
export const EXPIRY_LOW = 12;

const GROWTH = 1.25;

/**
 * The resting orders of all books. A slot is an index; freed slots are taken again first. Each slot
 * hangs in two intrusive lists: its level's queue, and its account's open orders. The words of one
 * order lie together, so that a random cancel costs one cache miss instead of one for each column.
 */
export class OrderSlots {
  words: Int32Array;
  capacity: number;
  #free = NO_SLOT;
  #used = 0;
  #live = 0;

  constructor(capacity = 1024) {
    this.capacity = capacity;
    this.words = new Int32Array(capacity << SLOT_SHIFT);
  }

  get live(): number {
    return this.#live;
  }

  /** A slot outside both lists. Every word of it is the taker's to write. */
  take(): number {
    this.#live++;
    const slot = this.#free;
    if (slot === NO_SLOT) {
      if (this.#used === this.capacity) this.#grow();
      return this.#used++;
    }
    this.#free = this.words[(slot << SLOT_SHIFT) | NEXT] as number;
    return slot;
  }

  /** Returns a slot that hangs in no list any more. */
  free(slot: number): void {
    const at = slot << SLOT_SHIFT;
    this.words[at | ORDER_ID] = 0;
    this.words[at | NEXT] = this.#free;
    this.#free = slot;
    this.#live--;
  }

  save(out: SnapshotWriter): void {
    out.figure(this.#free);
    out.figure(this.#live);
    out.figure(this.#used);
    out.column(this.words.subarray(0, this.#used << SLOT_SHIFT));
  }

  load(from: SnapshotReader): void {
    this.#free = from.figure();
    this.#live = from.figure();
    this.#used = from.figure();
    this.capacity = Math.max(this.capacity, Math.ceil(this.#used * GROWTH));
    this.words = from.ints((this.capacity - this.#used) << SLOT_SHIFT);
  }

  #grow(): void {
    this.capacity = Math.ceil(this.capacity * GROWTH);
    const words = new Int32Array(this.capacity << SLOT_SHIFT);
    words.set(this.words);
    this.words = words;
  }
}
