import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** No slot: an empty list, or an order that does not rest. */
export const NO_SLOT = -1;

// A table's layout is known to its own file alone: V8 folds such a constant into the code, and
// loads one that another file exports anew at each use, which costs the engine a tenth of its speed.

/** Words of an order, two orders to a cache line. Index: `slot << ORDER_SHIFT | field`. */
const ORDER_SHIFT = 3;
const LEVEL = 0;
const REMAINING = 1;
const ACCOUNT = 2;
const ORDER = 3;
const QUANTITY = 4;
const SHARE_ENTRY = 5;
const NONCE = 6;
const TERMS = 7;

/** Words of its links. Index: `slot << LINKS_SHIFT | link`. */
const LINKS_SHIFT = 2;
const NEXT = 0;
const PREVIOUS = 1;
const ACCOUNT_NEXT = 2;
const ACCOUNT_PREVIOUS = 3;

const NONE = NO_SLOT;
const GROWTH = 1.25;

/**
 * The resting orders of all books. A slot is an index; freed slots are taken again first. Each slot
 * hangs in two intrusive lists: its level's queue, and its account's open orders. The words of one order
 * lie together, so that a random cancel costs one cache miss instead of one for each column. The links
 * lie apart, since an order that leaves touches its four neighbours for nothing else.
 */
export class OrderSlots {
  #orders: Int32Array;
  #links: Int32Array;
  /** Low 32 bits of the expiry, unix seconds; of orders that have one. */
  #expiries: Int32Array;
  #capacity: number;
  #free = NO_SLOT;
  #used = 0;
  #live = 0;

  constructor(capacity = 1024) {
    this.#capacity = capacity;
    this.#orders = new Int32Array(capacity << ORDER_SHIFT);
    this.#links = new Int32Array(capacity << LINKS_SHIFT);
    this.#expiries = new Int32Array(capacity);
  }

  get live(): number {
    return this.#live;
  }

  /** Bytes that each order takes while it rests. */
  get bytesPerOrder(): number {
    const { byteLength } = this.#orders;
    return (byteLength + this.#links.byteLength + this.#expiries.byteLength) / this.#capacity;
  }

  /** A slot outside both lists. Every word of it is the taker's to write. */
  take(): number {
    this.#live++;
    const slot = this.#free;
    if (slot === NONE) {
      if (this.#used === this.#capacity) this.#grow();
      return this.#used++;
    }
    this.#free = this.#links[(slot << LINKS_SHIFT) | NEXT] as number;
    return slot;
  }

  /** Returns a slot that hangs in no list any more. */
  free(slot: number): void {
    this.#orders[(slot << ORDER_SHIFT) | ORDER] = 0;
    this.#links[(slot << LINKS_SHIFT) | NEXT] = this.#free;
    this.#free = slot;
    this.#live--;
  }

  save(out: SnapshotWriter): void {
    out.figure(this.#free);
    out.figure(this.#live);
    out.figure(this.#used);
    out.column(this.#orders.subarray(0, this.#used << ORDER_SHIFT));
    out.column(this.#links.subarray(0, this.#used << LINKS_SHIFT));
    out.column(this.#expiries.subarray(0, this.#used));
  }

  load(from: SnapshotReader): void {
    this.#free = from.figure();
    this.#live = from.figure();
    this.#used = from.figure();
    this.#capacity = Math.max(this.#capacity, Math.ceil(this.#used * GROWTH));
    const room = this.#capacity - this.#used;
    this.#orders = from.ints(room << ORDER_SHIFT);
    this.#links = from.ints(room << LINKS_SHIFT);
    this.#expiries = from.ints(room);
  }

  /** `market << 10 | tick`. */
  level(slot: number): number {
    return this.#orders[(slot << ORDER_SHIFT) | LEVEL] as number;
  }

  setLevel(slot: number, level: number): void {
    this.#orders[(slot << ORDER_SHIFT) | LEVEL] = level;
  }

  /** Lots left to fill. */
  remaining(slot: number): number {
    return (this.#orders[(slot << ORDER_SHIFT) | REMAINING] as number) >>> 0;
  }

  setRemaining(slot: number, lots: number): void {
    this.#orders[(slot << ORDER_SHIFT) | REMAINING] = lots;
  }

  account(slot: number): number {
    return this.#orders[(slot << ORDER_SHIFT) | ACCOUNT] as number;
  }

  setAccount(slot: number, account: number): void {
    this.#orders[(slot << ORDER_SHIFT) | ACCOUNT] = account;
  }

  /** Low 32 bits of the order's number; 0 while the slot is free. */
  order(slot: number): number {
    return this.#orders[(slot << ORDER_SHIFT) | ORDER] as number;
  }

  setOrder(slot: number, order: number): void {
    this.#orders[(slot << ORDER_SHIFT) | ORDER] = order;
  }

  /** Lots that were signed. */
  quantity(slot: number): number {
    return (this.#orders[(slot << ORDER_SHIFT) | QUANTITY] as number) >>> 0;
  }

  setQuantity(slot: number, lots: number): void {
    this.#orders[(slot << ORDER_SHIFT) | QUANTITY] = lots;
  }

  /** Its account's shares that it moves; `NO_HOLDING` while it only locks cash and has not filled. */
  shareEntry(slot: number): number {
    return this.#orders[(slot << ORDER_SHIFT) | SHARE_ENTRY] as number;
  }

  setShareEntry(slot: number, entry: number): void {
    this.#orders[(slot << ORDER_SHIFT) | SHARE_ENTRY] = entry;
  }

  /** Place of its nonce among all nonces. */
  nonce(slot: number): number {
    return this.#orders[(slot << ORDER_SHIFT) | NONCE] as number;
  }

  setNonce(slot: number, nonce: number): void {
    this.#orders[(slot << ORDER_SHIFT) | NONCE] = nonce;
  }

  /** Side, outcome, time in force, fee cap and the top byte of the expiry, packed (`order-terms.ts`). */
  terms(slot: number): number {
    return this.#orders[(slot << ORDER_SHIFT) | TERMS] as number;
  }

  setTerms(slot: number, packed: number): void {
    this.#orders[(slot << ORDER_SHIFT) | TERMS] = packed;
  }

  /** Low 32 bits of the expiry, of an order whose terms name one. */
  expiryLow(slot: number): number {
    return this.#expiries[slot] as number;
  }

  setExpiryLow(slot: number, seconds: number): void {
    this.#expiries[slot] = seconds;
  }

  /** The order behind it at its level, or `NO_SLOT`. */
  next(slot: number): number {
    return this.#links[(slot << LINKS_SHIFT) | NEXT] as number;
  }

  setNext(slot: number, next: number): void {
    this.#links[(slot << LINKS_SHIFT) | NEXT] = next;
  }

  /** The order before it at its level, or `NO_SLOT`. */
  previous(slot: number): number {
    return this.#links[(slot << LINKS_SHIFT) | PREVIOUS] as number;
  }

  setPrevious(slot: number, previous: number): void {
    this.#links[(slot << LINKS_SHIFT) | PREVIOUS] = previous;
  }

  /** Its account's next younger order, or `NO_SLOT`. */
  accountNext(slot: number): number {
    return this.#links[(slot << LINKS_SHIFT) | ACCOUNT_NEXT] as number;
  }

  setAccountNext(slot: number, next: number): void {
    this.#links[(slot << LINKS_SHIFT) | ACCOUNT_NEXT] = next;
  }

  /** Its account's next older order, or `NO_SLOT`. */
  accountPrevious(slot: number): number {
    return this.#links[(slot << LINKS_SHIFT) | ACCOUNT_PREVIOUS] as number;
  }

  setAccountPrevious(slot: number, previous: number): void {
    this.#links[(slot << LINKS_SHIFT) | ACCOUNT_PREVIOUS] = previous;
  }

  #grow(): void {
    this.#capacity = Math.ceil(this.#capacity * GROWTH);
    this.#orders = widened(this.#orders, this.#capacity << ORDER_SHIFT);
    this.#links = widened(this.#links, this.#capacity << LINKS_SHIFT);
    this.#expiries = widened(this.#expiries, this.#capacity);
  }
}

function widened(words: Int32Array, length: number): Int32Array {
  const wider = new Int32Array(length);
  wider.set(words);
  return wider;
}
