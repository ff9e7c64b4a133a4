/** No slot: an empty list, or an order that does not rest. */
export const NO_SLOT = -1;

const INITIAL_SLOTS = 1024;

function widen<T extends Int32Array | Uint32Array>(column: T, wider: T): T {
  wider.set(column);
  return wider;
}

/**
 * The resting orders of all books as a struct of arrays: a slot is an index into each column.
 * Freed slots are taken again first. Each slot hangs in two intrusive lists: its price level's
 * queue (`next`, `previous`), and its account's open orders (`accountNext`, `accountPrevious`).
 */
export class OrderPool {
  next = new Int32Array(INITIAL_SLOTS);
  previous = new Int32Array(INITIAL_SLOTS);
  accountNext = new Int32Array(INITIAL_SLOTS);
  accountPrevious = new Int32Array(INITIAL_SLOTS);
  /** Index of the level in its book. */
  level = new Int32Array(INITIAL_SLOTS);
  account = new Int32Array(INITIAL_SLOTS);
  orderId = new Int32Array(INITIAL_SLOTS);
  /** What is left to fill; an order holds at most 2³²−2 lots. */
  remainingLots = new Uint32Array(INITIAL_SLOTS);
  #free = NO_SLOT;
  #used = 0;
  #live = 0;

  get live(): number {
    return this.#live;
  }

  /** A slot outside both lists. */
  take(orderId: number, account: number, remainingLots: number): number {
    let slot = this.#free;
    if (slot === NO_SLOT) {
      slot = this.#used++;
      if (slot === this.orderId.length) this.#grow();
    } else {
      this.#free = this.next[slot] as number;
    }
    this.#live++;
    this.next[slot] = NO_SLOT;
    this.previous[slot] = NO_SLOT;
    this.accountNext[slot] = NO_SLOT;
    this.accountPrevious[slot] = NO_SLOT;
    this.orderId[slot] = orderId;
    this.account[slot] = account;
    this.remainingLots[slot] = remainingLots;
    return slot;
  }

  /** Returns a slot that hangs in no list any more. */
  free(slot: number): void {
    this.orderId[slot] = 0;
    this.next[slot] = this.#free;
    this.#free = slot;
    this.#live--;
  }

  #grow(): void {
    const size = this.orderId.length * 2;
    this.next = widen(this.next, new Int32Array(size));
    this.previous = widen(this.previous, new Int32Array(size));
    this.accountNext = widen(this.accountNext, new Int32Array(size));
    this.accountPrevious = widen(this.accountPrevious, new Int32Array(size));
    this.level = widen(this.level, new Int32Array(size));
    this.account = widen(this.account, new Int32Array(size));
    this.orderId = widen(this.orderId, new Int32Array(size));
    this.remainingLots = widen(this.remainingLots, new Uint32Array(size));
  }
}
