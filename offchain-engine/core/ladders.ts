import type { BookLevel } from "../../protocol/engine/view.ts";
import { assert } from "./assert.ts";
import { NO_SLOT, type OrderSlots } from "./order-slots.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** Sides of the YES ladder. */
export const BID = 0;
export const ASK = 1;
export type LadderSide = typeof BID | typeof ASK;

/** What the best bid and the best ask are when their side is empty: beyond every price. */
export const NO_BID = 0;
export const NO_ASK = 1000;

/** Ticks 1 … 999 rounded up, so that a level is `market << 10 | tick`. */
export const TICK_BITS = 10;
export const TICK_MASK = (1 << TICK_BITS) - 1;

/** A level's words: the ends of its queue as integers, its volume as a float over the next two. */
const LEVEL_SHIFT = 2;
const HEAD = 0;
const TAIL = 1;
const VOLUME_SHIFT = 1;
const VOLUME = 1;

/** A market's words: best prices, a summary word a side, then a bitmap of ticks a side. */
const INDEX_WORDS = 80;
const BEST = 0;
const SUMMARY = 2;
const BITMAP = 16;
const BITMAP_WORDS = 32;

// Bound here too, since V8 folds the constants of a file itself, and not those that it exports.
const BIDS = BID;
const LEVEL_BITS = TICK_BITS;
const LEVEL_MASK = TICK_MASK;
const NONE = NO_SLOT;
const NO_BIDS = NO_BID;
const NO_ASKS = NO_ASK;

/** Position of the highest set bit. */
function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}

/** Position of the lowest set bit. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/**
 * The books of all markets in YES prices. A book is never crossed between commands, so both sides
 * share one ladder: a level belongs to the side of the best price that it is no better than. A bitmap
 * of the non-empty ticks with a summary word finds the next level in a few instructions.
 */
export class Ladders {
  readonly #slots: OrderSlots;
  #queues = new Int32Array(0);
  #volumes = new Float64Array(0);
  #index = new Int32Array(0);
  #capacity = 0;

  constructor(slots: OrderSlots) {
    this.#slots = slots;
  }

  /** Makes room for the books of markets below `count`; a new one is empty. */
  ensure(count: number): void {
    if (count <= this.#capacity) return;
    const capacity = Math.max(count, 2 * this.#capacity, 4);
    const words = capacity << (LEVEL_BITS + LEVEL_SHIFT);
    const queues = new Int32Array(words);
    queues.set(this.#queues);
    for (let level = this.#capacity << LEVEL_BITS; level < capacity << LEVEL_BITS; level++) {
      queues[(level << LEVEL_SHIFT) | HEAD] = NONE;
      queues[(level << LEVEL_SHIFT) | TAIL] = NONE;
    }
    const index = new Int32Array(capacity * INDEX_WORDS);
    index.set(this.#index);
    for (let market = this.#capacity; market < capacity; market++) {
      index[market * INDEX_WORDS + BEST + BIDS] = NO_BIDS;
      index[market * INDEX_WORDS + BEST + ASK] = NO_ASKS;
    }
    this.#queues = queues;
    this.#volumes = new Float64Array(queues.buffer);
    this.#index = index;
    this.#capacity = capacity;
  }

  /** The highest bid (or `NO_BID`), or the lowest ask (or `NO_ASK`). */
  best(market: number, side: LadderSide): number {
    return this.#index[market * INDEX_WORDS + BEST + side] as number;
  }

  /** The next non-empty level that is worse than `tick`; `NO_BID` or `NO_ASK` when there is none. */
  worse(market: number, side: LadderSide, tick: number): number {
    const base = market * INDEX_WORDS;
    const word = tick >> 5;
    const bit = tick & 31;
    // Bits beyond the tick: below it for bids, above it for asks; the double shift keeps bit 31 right.
    const beyond = side === BIDS ? (1 << bit) - 1 : (-1 << bit) << 1;
    const here = (this.#index[base + BITMAP + side * BITMAP_WORDS + word] as number) & beyond;
    if (here !== 0) return edgeOf(side, word, here);
    const beyondWords = side === BIDS ? (1 << word) - 1 : (-1 << word) << 1;
    return this.#bestWithin(base, side, beyondWords);
  }

  /** The oldest order of a level, or `NO_SLOT`. */
  head(market: number, tick: number): number {
    return this.#queues[(((market << LEVEL_BITS) | tick) << LEVEL_SHIFT) | HEAD] as number;
  }

  volumeLots(market: number, tick: number): number {
    return this.#volumes[(((market << LEVEL_BITS) | tick) << VOLUME_SHIFT) | VOLUME] as number;
  }

  /** The side that a resting order's level belongs to. */
  sideOf(market: number, tick: number): LadderSide {
    return tick <= (this.#index[market * INDEX_WORDS + BEST + BIDS] as number) ? BIDS : ASK;
  }

  /** Queues the slot, whose remaining lots are set, behind all orders of its level. */
  append(market: number, side: LadderSide, tick: number, slot: number): void {
    const slots = this.#slots;
    const level = (market << LEVEL_BITS) | tick;
    const tail = this.#queues[(level << LEVEL_SHIFT) | TAIL] as number;
    const opposite = this.#index[market * INDEX_WORDS + BEST + 1 - side] as number;
    assert(side === BIDS ? tick < opposite : tick > opposite, "an order that rests does not cross");
    slots.setLevel(slot, level);
    slots.setPrevious(slot, tail);
    slots.setNext(slot, NONE);
    if (tail === NONE) {
      this.#queues[(level << LEVEL_SHIFT) | HEAD] = slot;
      this.#markNonEmpty(market, side, tick);
    } else {
      slots.setNext(tail, slot);
    }
    this.#queues[(level << LEVEL_SHIFT) | TAIL] = slot;
    this.#addVolume(level, slots.remaining(slot));
  }

  /** Takes the slot out of its level; the slot stays its owner's. */
  remove(slot: number): void {
    const slots = this.#slots;
    const level = slots.level(slot);
    const previous = slots.previous(slot);
    const next = slots.next(slot);
    if (previous === NONE) this.#queues[(level << LEVEL_SHIFT) | HEAD] = next;
    else slots.setNext(previous, next);
    if (next === NONE) this.#queues[(level << LEVEL_SHIFT) | TAIL] = previous;
    else slots.setPrevious(next, previous);
    if (previous === NONE && next === NONE) this.#markEmpty(level);
    this.#addVolume(level, -slots.remaining(slot));
  }

  /** Lowers what a resting order still wants; its place in the queue stays. */
  reduce(slot: number, lots: number): void {
    const slots = this.#slots;
    slots.setRemaining(slot, slots.remaining(slot) - lots);
    this.#addVolume(slots.level(slot), -lots);
  }

  /** Non-empty levels, best first. */
  depth(market: number, side: LadderSide, maxLevels = 1 << LEVEL_BITS): BookLevel[] {
    const levels: BookLevel[] = [];
    let tick = this.best(market, side);
    while (tick !== NO_BIDS && tick !== NO_ASKS && levels.length < maxLevels) {
      levels.push([tick, this.volumeLots(market, tick)]);
      tick = this.worse(market, side, tick);
    }
    return levels;
  }

  /** Resting slots of a side, by price, then by time. Collected first, so the caller may remove them. */
  slotsOf(market: number, side: LadderSide): number[] {
    const slots: number[] = [];
    let tick = this.best(market, side);
    while (tick !== NO_BIDS && tick !== NO_ASKS) {
      for (let slot = this.head(market, tick); slot !== NONE; ) {
        slots.push(slot);
        slot = this.#slots.next(slot);
      }
      tick = this.worse(market, side, tick);
    }
    return slots;
  }

  save(out: SnapshotWriter): void {
    out.column(this.#queues);
    out.column(this.#index);
  }

  load(from: SnapshotReader): void {
    this.#queues = from.ints();
    this.#index = from.ints();
    this.#volumes = new Float64Array(this.#queues.buffer);
    this.#capacity = this.#index.length / INDEX_WORDS;
  }

  #addVolume(level: number, lots: number): void {
    const at = (level << VOLUME_SHIFT) | VOLUME;
    this.#volumes[at] = (this.#volumes[at] as number) + lots;
  }

  #bestWithin(base: number, side: LadderSide, words: number): number {
    const summary = (this.#index[base + SUMMARY + side] as number) & words;
    if (summary === 0) return side === BIDS ? NO_BIDS : NO_ASKS;
    const word = side === BIDS ? highestBit(summary) : lowestBit(summary);
    return edgeOf(side, word, this.#index[base + BITMAP + side * BITMAP_WORDS + word] as number);
  }

  #markNonEmpty(market: number, side: LadderSide, tick: number): void {
    const index = this.#index;
    const base = market * INDEX_WORDS;
    const word = base + BITMAP + side * BITMAP_WORDS + (tick >> 5);
    index[word] = (index[word] as number) | (1 << (tick & 31));
    index[base + SUMMARY + side] = (index[base + SUMMARY + side] as number) | (1 << (tick >> 5));
    const best = index[base + BEST + side] as number;
    if (side === BIDS ? tick > best : tick < best) index[base + BEST + side] = tick;
  }

  #markEmpty(level: number): void {
    const index = this.#index;
    const market = level >> LEVEL_BITS;
    const tick = level & LEVEL_MASK;
    const side = this.sideOf(market, tick);
    const base = market * INDEX_WORDS;
    const word = base + BITMAP + side * BITMAP_WORDS + (tick >> 5);
    const bits = (index[word] as number) & ~(1 << (tick & 31));
    index[word] = bits;
    if (bits === 0) {
      index[base + SUMMARY + side] = (index[base + SUMMARY + side] as number) & ~(1 << (tick >> 5));
    }
    if (tick === index[base + BEST + side]) {
      index[base + BEST + side] = this.#bestWithin(base, side, -1);
    }
  }
}

function edgeOf(side: LadderSide, word: number, bits: number): number {
  return (word << 5) | (side === BIDS ? highestBit(bits) : lowestBit(bits));
}
