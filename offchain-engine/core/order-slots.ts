/** No slot: an empty list, or an order that does not rest. */
export const NO_SLOT = -1;

/** Words of a slot in `links`: what matching touches, half a cache line. Index: `slot << 3 | field`. */
export const LINK_SHIFT = 3;
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

/** Words of a slot in `terms`: what the order was signed with. Index: `slot * TERM_WORDS + field`. */
export const TERM_WORDS = 5;
/** Lots, unsigned. */
export const QUANTITY = 0;
/** Its account's shares that it moves; `NO_ENTRY` while it only locks cash and has not filled. */
export const SHARE_ENTRY = 1;
/** Place of its nonce among all nonces. */
export const NONCE = 2;
/** Side, outcome, time in force, fee cap and the top byte of the expiry, packed (`order-terms.ts`). */
export const PACKED_TERMS = 3;
/** Low 32 bits of the expiry, unix seconds. */
export const EXPIRY_LOW = 4;

const GROWTH = 1.25;

/**
 * The resting orders of all books. A slot is an index; freed slots are taken again first. Each slot
 * hangs in two intrusive lists: its level's queue, and its account's open orders. The words of one
 * order lie together, so that a random cancel costs one cache miss instead of one for each column.
 */
export class OrderSlots {
  links: Int32Array;
  terms: Int32Array;
  capacity: number;
  #free = NO_SLOT;
  #used = 0;
  #live = 0;

  constructor(capacity = 1024) {
    this.capacity = capacity;
    this.links = new Int32Array(capacity << LINK_SHIFT);
    this.terms = new Int32Array(capacity * TERM_WORDS);
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
    this.#free = this.links[(slot << LINK_SHIFT) | NEXT] as number;
    return slot;
  }

  /** Returns a slot that hangs in no list any more. */
  free(slot: number): void {
    const at = slot << LINK_SHIFT;
    this.links[at | ORDER_ID] = 0;
    this.links[at | NEXT] = this.#free;
    this.#free = slot;
    this.#live--;
  }

  #grow(): void {
    this.capacity = Math.ceil(this.capacity * GROWTH);
    const links = new Int32Array(this.capacity << LINK_SHIFT);
    links.set(this.links);
    this.links = links;
    const terms = new Int32Array(this.capacity * TERM_WORDS);
    terms.set(this.terms);
    this.terms = terms;
  }
}
