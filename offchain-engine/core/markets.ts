import { PRICE_SCALE } from "../../protocol/units.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** No such market. */
export const NO_MARKET = -1;

/** A market's life. `CLOSED`: past its close time, not yet proposed or resolved. */
export const MarketPhase = { OPEN: 0, CLOSED: 1, PROPOSED: 2, RESOLVED: 3, VOID: 4 } as const;
export type MarketPhase = (typeof MarketPhase)[keyof typeof MarketPhase];

/** Words of a market. Index: `market << MARKET_SHIFT | field`. */
const MARKET_SHIFT = 3;
const PHASE = 0;
const PRICE_STEP = 1;
const TAKER_FEE_BPS = 2;
const MARK_YES_TICKS = 3;
const HELD = 4;

/** Counts of a market, for `tally` and `addTo`. */
export const TRADES = 0;
/** Pairs made by fills less pairs merged by fills, lots. */
export const MINTED = 1;
/** The part of the above that simulated batches moved on the mirror. */
export const SIMULATED_MINTED = 2;
/** Shares that came into escrow otherwise (splits, imports) less those that left it. */
export const NO_INFLOW = 3;
export const YES_INFLOW = 4;

const INITIAL_MARKETS = 16;

/** Markets by index, in the order in which they appeared. What they ask is known outside. */
export class Markets {
  #words = new Int32Array(INITIAL_MARKETS << MARKET_SHIFT);
  #counts = new Float64Array(INITIAL_MARKETS << MARKET_SHIFT);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The next market's index. */
  add(priceStep: number, takerFeeBps: number): number {
    const market = this.#count++;
    if (market << MARKET_SHIFT === this.#words.length) this.#grow();
    this.setTerms(market, priceStep, takerFeeBps);
    this.setMark(market, PRICE_SCALE / 2);
    return market;
  }

  setTerms(market: number, priceStep: number, takerFeeBps: number): void {
    const at = market << MARKET_SHIFT;
    this.#words[at | PRICE_STEP] = priceStep;
    this.#words[at | TAKER_FEE_BPS] = takerFeeBps;
  }

  phase(market: number): MarketPhase {
    return this.#words[(market << MARKET_SHIFT) | PHASE] as MarketPhase;
  }

  setPhase(market: number, phase: MarketPhase): void {
    this.#words[(market << MARKET_SHIFT) | PHASE] = phase;
  }

  /** Ticks: 1 or 10. */
  priceStep(market: number): number {
    return this.#words[(market << MARKET_SHIFT) | PRICE_STEP] as number;
  }

  takerFeeBps(market: number): number {
    return this.#words[(market << MARKET_SHIFT) | TAKER_FEE_BPS] as number;
  }

  /** What a YES share counts as worth: the payout once final, else the last trade, else the middle. */
  markYesTicks(market: number): number {
    return this.#words[(market << MARKET_SHIFT) | MARK_YES_TICKS] as number;
  }

  setMark(market: number, yesTicks: number): void {
    this.#words[(market << MARKET_SHIFT) | MARK_YES_TICKS] = yesTicks;
  }

  /** The trading phase in which an operator holds the market; 0 (open) when none does. */
  held(market: number): number {
    return this.#words[(market << MARKET_SHIFT) | HELD] as number;
  }

  setHeld(market: number, phase: number): void {
    this.#words[(market << MARKET_SHIFT) | HELD] = phase;
  }

  tally(market: number, field: number): number {
    return this.#counts[(market << MARKET_SHIFT) | field] as number;
  }

  /** Adds to a count; gives what it is then. */
  addTo(market: number, field: number, delta: number): number {
    const at = (market << MARKET_SHIFT) | field;
    const value = (this.#counts[at] as number) + delta;
    this.#counts[at] = value;
    return value;
  }

  save(out: SnapshotWriter): void {
    out.column(this.#words.subarray(0, this.#count << MARKET_SHIFT));
    out.column(this.#counts.subarray(0, this.#count << MARKET_SHIFT));
  }

  load(from: SnapshotReader): void {
    const words = from.ints();
    const counts = from.doubles();
    this.#count = words.length >> MARKET_SHIFT;
    if (this.#count === 0) return;
    this.#words = words;
    this.#counts = counts;
  }

  #grow(): void {
    const words = new Int32Array(this.#words.length * 2);
    words.set(this.#words);
    this.#words = words;
    const counts = new Float64Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
