import { crc32 } from "node:zlib";
import type { BookEvent } from "../../protocol/engine/event.ts";
import type { BookLevel } from "../../protocol/engine/view.ts";

/** Books remembered: so many changes may a client trail behind the engine. */
const REMEMBERED = 50_000;

/** What a book is, whole, as one number. */
export function fingerprint(bids: readonly BookLevel[], asks: readonly BookLevel[]): number {
  return crc32(`${bids.join(";")}|${asks.join(";")}`);
}

/** One market's book as the engine's events make it, kept in the plainest way, with what it was at each `seq`. */
export class BookTruth {
  readonly #sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  readonly #fingerprints = new Uint32Array(REMEMBERED);
  #seq = 0;
  /** Changes after which a bid was not below every ask. */
  crossed = 0;

  constructor() {
    this.#fingerprints[0] = fingerprint([], []);
  }

  get seq(): number {
    return this.#seq;
  }

  take({ seq, prev, bids, asks }: BookEvent): void {
    if (prev !== this.#seq) throw new Error(`the engine told ${seq} after ${this.#seq}`);
    for (const [price, lots] of bids) this.#sides.bids.set(price, lots);
    for (const [price, lots] of asks) this.#sides.asks.set(price, lots);
    const standing = (side: Map<number, number>) =>
      [...side].filter(([, lots]) => lots > 0).sort(([a], [b]) => a - b);
    const best = standing(this.#sides.bids).reverse();
    const offered = standing(this.#sides.asks);
    const [[bid] = [Number.NEGATIVE_INFINITY]] = best;
    const [[ask] = [Number.POSITIVE_INFINITY]] = offered;
    if (bid >= ask) this.crossed += 1;
    this.#seq = seq;
    this.#fingerprints[seq % REMEMBERED] = fingerprint(best, offered);
  }

  /** Whether a book is the engine's at `seq`; null when that is not known, or no longer. */
  equals(seq: number, print: number): boolean | null {
    if (seq > this.#seq || seq <= this.#seq - REMEMBERED) return null;
    return this.#fingerprints[seq % REMEMBERED] === print;
  }
}
