import type { BookLevel } from "../../protocol/engine/view.ts";
import { NO_SLOT, type OrderPool } from "./order-pool.ts";

/** Sides of the YES ladder. */
export const BID = 0;
export const ASK = 1;
export type LadderSide = typeof BID | typeof ASK;

/** No level: the side is empty, or has nothing further. */
export const NO_TICK = -1;

/** Ticks 1 … 999 rounded up, so that a level is `side << 10 | tick`. */
const LEVELS_PER_SIDE = 1024;
const WORDS_PER_SIDE = LEVELS_PER_SIDE / 32;

/** Position of the highest set bit. */
function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}

/** Position of the lowest set bit. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/**
 * One market's book in YES prices: levels addressed by tick, each a FIFO of pool slots, with a
 * bitmap of the non-empty ticks and one summary word a side, so that the best price and the next
 * level are found in a few instructions. Remembers which levels changed since they were published.
 */
export class Book {
  readonly #pool: OrderPool;
  readonly #head = new Int32Array(2 * LEVELS_PER_SIDE).fill(NO_SLOT);
  readonly #tail = new Int32Array(2 * LEVELS_PER_SIDE).fill(NO_SLOT);
  readonly #volumeLots = new Float64Array(2 * LEVELS_PER_SIDE);
  readonly #publishedLots = new Float64Array(2 * LEVELS_PER_SIDE);
  readonly #isDirty = new Uint8Array(2 * LEVELS_PER_SIDE);
  readonly #bitmap = new Int32Array(2 * WORDS_PER_SIDE);
  readonly #summary = new Int32Array(2);
  #dirtyLevels: number[] = [];

  constructor(pool: OrderPool) {
    this.#pool = pool;
  }

  /** The highest bid or the lowest ask, in ticks. */
  best(side: LadderSide): number {
    const summary = this.#summary[side] as number;
    if (summary === 0) return NO_TICK;
    const word = side === BID ? highestBit(summary) : lowestBit(summary);
    return this.#edgeOf(side, word, this.#bitmap[side * WORDS_PER_SIDE + word] as number);
  }

  /** The next non-empty level that is worse than `tick`. */
  worse(side: LadderSide, tick: number): number {
    const word = tick >> 5;
    const bit = tick & 31;
    // Bits beyond the tick: below it for bids, above it for asks; the double shift keeps bit 31 right.
    const beyond = side === BID ? (1 << bit) - 1 : (-1 << bit) << 1;
    const here = (this.#bitmap[side * WORDS_PER_SIDE + word] as number) & beyond;
    if (here !== 0) return this.#edgeOf(side, word, here);
    const beyondWords = side === BID ? (1 << word) - 1 : (-1 << word) << 1;
    const summary = (this.#summary[side] as number) & beyondWords;
    if (summary === 0) return NO_TICK;
    const found = side === BID ? highestBit(summary) : lowestBit(summary);
    return this.#edgeOf(side, found, this.#bitmap[side * WORDS_PER_SIDE + found] as number);
  }

  /** The oldest order at a level. */
  head(side: LadderSide, tick: number): number {
    return this.#head[(side << 10) | tick] as number;
  }

  volumeLots(side: LadderSide, tick: number): number {
    return this.#volumeLots[(side << 10) | tick] as number;
  }

  /** Queues the slot behind all orders of its level. */
  append(side: LadderSide, tick: number, slot: number): void {
    const pool = this.#pool;
    const level = (side << 10) | tick;
    const tail = this.#tail[level] as number;
    pool.level[slot] = level;
    pool.previous[slot] = tail;
    pool.next[slot] = NO_SLOT;
    if (tail === NO_SLOT) {
      this.#head[level] = slot;
      this.#markNonEmpty(side, tick);
    } else {
      pool.next[tail] = slot;
    }
    this.#tail[level] = slot;
    this.#changeVolume(level, pool.remainingLots[slot] as number);
  }

  /** Takes the slot out of its level; the slot stays the pool's. */
  remove(slot: number): void {
    const pool = this.#pool;
    const level = pool.level[slot] as number;
    const previous = pool.previous[slot] as number;
    const next = pool.next[slot] as number;
    if (previous === NO_SLOT) this.#head[level] = next;
    else pool.next[previous] = next;
    if (next === NO_SLOT) this.#tail[level] = previous;
    else pool.previous[next] = previous;
    if (previous === NO_SLOT && next === NO_SLOT) this.#markEmpty(level);
    this.#changeVolume(level, -(pool.remainingLots[slot] as number));
  }

  /** Lowers what a resting order still wants; its place in the queue stays. */
  reduce(slot: number, lots: number): void {
    const pool = this.#pool;
    pool.remainingLots[slot] = (pool.remainingLots[slot] as number) - lots;
    this.#changeVolume(pool.level[slot] as number, -lots);
  }

  /** Non-empty levels, best first. */
  depth(side: LadderSide, maxLevels = LEVELS_PER_SIDE): BookLevel[] {
    const levels: BookLevel[] = [];
    let tick = this.best(side);
    while (tick !== NO_TICK && levels.length < maxLevels) {
      levels.push([tick, this.volumeLots(side, tick)]);
      tick = this.worse(side, tick);
    }
    return levels;
  }

  /** Resting slots of a side, by price, then by time. Collected first, so the caller may remove them. */
  slots(side: LadderSide): number[] {
    const slots: number[] = [];
    for (let tick = this.best(side); tick !== NO_TICK; tick = this.worse(side, tick)) {
      for (let slot = this.head(side, tick); slot !== NO_SLOT; ) {
        slots.push(slot);
        slot = this.#pool.next[slot] as number;
      }
    }
    return slots;
  }

  get isChanged(): boolean {
    return this.#dirtyLevels.length > 0;
  }

  /** Levels that differ from what was last taken here, bids and asks best first. */
  takeChanges(): { bids: BookLevel[]; asks: BookLevel[] } {
    const bids: BookLevel[] = [];
    const asks: BookLevel[] = [];
    for (const level of this.#dirtyLevels) {
      this.#isDirty[level] = 0;
      const lots = this.#volumeLots[level] as number;
      if (lots === this.#publishedLots[level]) continue;
      this.#publishedLots[level] = lots;
      const side = level < LEVELS_PER_SIDE ? bids : asks;
      side.push([level & (LEVELS_PER_SIDE - 1), lots]);
    }
    this.#dirtyLevels = [];
    bids.sort((a, b) => b[0] - a[0]);
    asks.sort((a, b) => a[0] - b[0]);
    return { bids, asks };
  }

  #edgeOf(side: LadderSide, word: number, bits: number): number {
    return (word << 5) | (side === BID ? highestBit(bits) : lowestBit(bits));
  }

  #changeVolume(level: number, lots: number): void {
    this.#volumeLots[level] = (this.#volumeLots[level] as number) + lots;
    if (this.#isDirty[level] === 1) return;
    this.#isDirty[level] = 1;
    this.#dirtyLevels.push(level);
  }

  #markNonEmpty(side: LadderSide, tick: number): void {
    const index = side * WORDS_PER_SIDE + (tick >> 5);
    this.#bitmap[index] = (this.#bitmap[index] as number) | (1 << (tick & 31));
    this.#summary[side] = (this.#summary[side] as number) | (1 << (tick >> 5));
  }

  #markEmpty(level: number): void {
    const side = level >> 10;
    const tick = level & (LEVELS_PER_SIDE - 1);
    const index = side * WORDS_PER_SIDE + (tick >> 5);
    const bits = (this.#bitmap[index] as number) & ~(1 << (tick & 31));
    this.#bitmap[index] = bits;
    if (bits === 0) this.#summary[side] = (this.#summary[side] as number) & ~(1 << (tick >> 5));
  }
}
