import { bookChecksum } from "../../protocol/book-checksum.ts";
import type { BookEvent } from "../../protocol/engine/event.ts";
import type { BookLevel } from "../../protocol/engine/view.ts";
import { MAX_PRICE_TICKS, MIN_PRICE_TICKS } from "../../protocol/units.ts";

/** What the engine's snapshot says of one book. */
export interface BookSnapshot {
  seq: number;
  bids: readonly BookLevel[];
  asks: readonly BookLevel[];
  checksum: number;
}

const CHECKSUM_DEPTH = 10;

/** One market's ladder in YES prices: quantity by tick, so that a change is one write. */
export class BookMirror {
  seq: number;
  checksum: number;
  readonly #bids = new Float64Array(MAX_PRICE_TICKS + 1);
  readonly #asks = new Float64Array(MAX_PRICE_TICKS + 1);

  constructor(snapshot: BookSnapshot) {
    this.seq = snapshot.seq;
    this.checksum = snapshot.checksum;
    write(this.#bids, snapshot.bids);
    write(this.#asks, snapshot.asks);
  }

  /** Takes the next change. False when the book then differs from the engine's: a new snapshot is due. */
  apply(event: BookEvent): boolean {
    write(this.#bids, event.bids);
    write(this.#asks, event.asks);
    this.seq = event.seq;
    this.checksum = event.checksum;
    return bookChecksum(this.bids(CHECKSUM_DEPTH), this.asks(CHECKSUM_DEPTH)) === event.checksum;
  }

  /** Bids, best (highest) first. */
  bids(depth: number): BookLevel[] {
    const levels: BookLevel[] = [];
    for (let price = MAX_PRICE_TICKS; price >= MIN_PRICE_TICKS && levels.length < depth; price--) {
      const quantity = this.#bids[price] as number;
      if (quantity > 0) levels.push([price, quantity]);
    }
    return levels;
  }

  /** Asks, best (lowest) first. */
  asks(depth: number): BookLevel[] {
    const levels: BookLevel[] = [];
    for (let price = MIN_PRICE_TICKS; price <= MAX_PRICE_TICKS && levels.length < depth; price++) {
      const quantity = this.#asks[price] as number;
      if (quantity > 0) levels.push([price, quantity]);
    }
    return levels;
  }
}

function write(side: Float64Array, levels: readonly BookLevel[]): void {
  for (const [price, quantity] of levels) side[price] = quantity;
}
