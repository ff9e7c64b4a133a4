import { assert } from "./assert.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** Words of an entry that every order touches: a cache line. Index: `entry << 3 | column`. */
export const FUNDS_SHIFT = 3;
export const AVAILABLE = 0;
/** Held by open orders. */
export const LOCKED = 1;
/** What the chain holds for the owner, as of the last block (simulated settlement included). */
export const SETTLED = 2;
/** What unsettled fills take away. */
export const PENDING_DEBIT = 3;
/** Of shares: the cost of those now held, by average price, fees apart, micro. */
export const COST = 4;
/** Of shares: their account and market in one number. */
export const OWNER = 5;
/** Size of the delayed exit (a withdrawal or an export); 0 when there is none. */
export const REQUESTED = 6;
/** How much of the delayed exit is set aside; what comes in tops it up first. */
export const REQUEST_RESERVE = 7;

/** Words that only exits and simulated settlement touch. */
const RARE_SHIFT = 1;
const RELEASE_RESERVE = 0;
const SIMULATED = 1;

const INITIAL_ENTRIES = 256;

/**
 * Balances of one kind of asset (cash in micro, or shares in lots), an entry to each owner: exact
 * integers, since escrow never holds more than 2⁵³−1.
 *
 * An entry's total is available + locked + requested reserve + released reserve. It always equals
 * the settled mirror (what the chain shows) plus the net effect of fills that have not settled.
 * `available` falls below zero only when the chain itself took what the engine had promised away;
 * nothing can be locked, reserved or released until it is covered again.
 */
export class Funds {
  words = new Float64Array(INITIAL_ENTRIES << FUNDS_SHIFT);
  #rare = new Float64Array(INITIAL_ENTRIES << RARE_SHIFT);

  /** Makes room for entries below `count`. */
  ensure(count: number): void {
    if (count << FUNDS_SHIFT <= this.words.length) return;
    const entries = Math.max(count, this.words.length >> (FUNDS_SHIFT - 1));
    const words = new Float64Array(entries << FUNDS_SHIFT);
    words.set(this.words);
    this.words = words;
    const rare = new Float64Array(entries << RARE_SHIFT);
    rare.set(this.#rare);
    this.#rare = rare;
  }

  save(out: SnapshotWriter): void {
    out.column(this.words);
    out.column(this.#rare);
  }

  load(from: SnapshotReader): void {
    this.words = from.doubles();
    this.#rare = from.doubles();
  }

  get(entry: number, column: number): number {
    return this.words[(entry << FUNDS_SHIFT) | column] as number;
  }

  /** @throws CoreAssertionError when the figure would no longer be exact. */
  add(entry: number, column: number, delta: number): void {
    const at = (entry << FUNDS_SHIFT) | column;
    const value = (this.words[at] as number) + delta;
    assert(
      value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER,
      "a ledger figure is an exact integer",
    );
    this.words[at] = value;
  }

  /** Set aside for fast exits that were promised and not yet seen on chain. */
  releaseReserve(entry: number): number {
    return this.#rare[(entry << RARE_SHIFT) | RELEASE_RESERVE] as number;
  }

  /** The part of the settled figure that simulated batches moved, which no chain shows. */
  simulated(entry: number): number {
    return this.#rare[(entry << RARE_SHIFT) | SIMULATED] as number;
  }

  addSimulated(entry: number, delta: number): void {
    this.#rare[(entry << RARE_SHIFT) | SIMULATED] = this.simulated(entry) + delta;
  }

  total(entry: number): number {
    return this.get(entry, AVAILABLE) + this.get(entry, LOCKED) + this.reserved(entry);
  }

  reserved(entry: number): number {
    return this.get(entry, REQUEST_RESERVE) + this.releaseReserve(entry);
  }

  /** Net effect of unsettled fills, already inside the total. */
  pending(entry: number): number {
    return this.total(entry) - this.get(entry, SETTLED);
  }

  /**
   * What a fast exit may take now: free, and on chain even if it and every other exit that may be
   * executed leave before the unsettled fills, since those must all still settle.
   */
  releasable(entry: number): number {
    const settledFree =
      this.get(entry, SETTLED) - this.get(entry, PENDING_DEBIT) - this.reserved(entry);
    return Math.max(0, Math.min(this.get(entry, AVAILABLE), settledFree));
  }

  credit(entry: number, amount: number): void {
    this.add(entry, AVAILABLE, amount);
    this.topUp(entry);
  }

  /** What a fill brings, with the cost of it. The chain bounds all of it, so the sums stay exact. */
  receive(entry: number, amount: number, costMicro: number): void {
    const { words } = this;
    const at = entry << FUNDS_SHIFT;
    words[at | AVAILABLE] = (words[at | AVAILABLE] as number) + amount;
    words[at | COST] = (words[at | COST] as number) + costMicro;
    if (words[at | REQUESTED] !== 0) this.topUp(entry);
  }

  /** Takes what the chain took already: from what is free, then from the delayed exit's reserve. */
  charge(entry: number, amount: number): void {
    this.add(entry, AVAILABLE, -amount);
    const shortfall = Math.max(0, -this.get(entry, AVAILABLE));
    const uncovered = Math.min(shortfall, this.get(entry, REQUEST_RESERVE));
    this.add(entry, REQUEST_RESERVE, -uncovered);
    this.add(entry, AVAILABLE, uncovered);
  }

  lock(entry: number, amount: number): void {
    const { words } = this;
    const at = entry << FUNDS_SHIFT;
    assert(amount <= (words[at | AVAILABLE] as number), "an order locks only what is free");
    words[at | AVAILABLE] = (words[at | AVAILABLE] as number) - amount;
    words[at | LOCKED] = (words[at | LOCKED] as number) + amount;
  }

  /** Without topping the exit's reserve up: for a lock that another follows at once. */
  unlockForRelock(entry: number, amount: number): void {
    const { words } = this;
    const at = entry << FUNDS_SHIFT;
    assert(amount <= (words[at | LOCKED] as number), "an order unlocks only what it locked");
    words[at | LOCKED] = (words[at | LOCKED] as number) - amount;
    words[at | AVAILABLE] = (words[at | AVAILABLE] as number) + amount;
  }

  unlock(entry: number, amount: number): void {
    this.unlockForRelock(entry, amount);
    this.topUp(entry);
  }

  /** A fill takes what its order locked; it leaves for good once the fill settles. */
  spendLocked(entry: number, amount: number): void {
    const { words } = this;
    const at = entry << FUNDS_SHIFT;
    assert(amount <= (words[at | LOCKED] as number), "a fill spends only what its order locked");
    words[at | LOCKED] = (words[at | LOCKED] as number) - amount;
    words[at | PENDING_DEBIT] = (words[at | PENDING_DEBIT] as number) + amount;
  }

  /** The chain moved what a fill did: the mirror follows, and a debit waits no longer. */
  settle(entry: number, delta: number, debit: number): void {
    const { words } = this;
    const at = entry << FUNDS_SHIFT;
    words[at | SETTLED] = (words[at | SETTLED] as number) + delta;
    words[at | PENDING_DEBIT] = (words[at | PENDING_DEBIT] as number) + debit;
  }

  /** A delayed exit of `amount`; replaces an earlier one. */
  request(entry: number, amount: number): void {
    this.dropRequest(entry);
    this.add(entry, REQUESTED, amount);
    this.topUp(entry);
  }

  /** Ends the delayed exit; what was set aside is free again. */
  dropRequest(entry: number): void {
    const reserve = this.get(entry, REQUEST_RESERVE);
    this.add(entry, REQUESTED, -this.get(entry, REQUESTED));
    this.add(entry, REQUEST_RESERVE, -reserve);
    this.add(entry, AVAILABLE, reserve);
  }

  /** Sets `amount` aside for a fast exit. */
  reserveRelease(entry: number, amount: number): void {
    assert(amount <= this.releasable(entry), "a release takes only settled, free funds");
    this.add(entry, AVAILABLE, -amount);
    this.#rare[(entry << RARE_SHIFT) | RELEASE_RESERVE] = this.releaseReserve(entry) + amount;
  }

  /** A fast exit was used, or will not be: its reserve becomes available. */
  endRelease(entry: number, amount: number): void {
    assert(amount <= this.releaseReserve(entry), "a release ends once");
    this.#rare[(entry << RARE_SHIFT) | RELEASE_RESERVE] = this.releaseReserve(entry) - amount;
    this.add(entry, AVAILABLE, amount);
  }

  /** Lets the delayed exit take what became available. */
  topUp(entry: number): void {
    const { words } = this;
    const at = entry << FUNDS_SHIFT;
    const missing = (words[at | REQUESTED] as number) - (words[at | REQUEST_RESERVE] as number);
    if (missing <= 0) return;
    const amount = Math.min(missing, Math.max(0, words[at | AVAILABLE] as number));
    words[at | AVAILABLE] = (words[at | AVAILABLE] as number) - amount;
    words[at | REQUEST_RESERVE] = (words[at | REQUEST_RESERVE] as number) + amount;
  }
}
