import { assert } from "./assert.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** Words of an entry: a cache line, in the order in which they are needed. Index: `entry << 3 | word`. */
const FUNDS_SHIFT = 3;
const AVAILABLE = 0;
const LOCKED = 1;
/** Size of the delayed exit (a withdrawal or an export); 0 when there is none. */
const REQUESTED = 2;
const OWNER = 3;
const PENDING_DEBIT = 4;
const COST = 5;
/** What exits of both kinds have set aside. */
const RESERVED = 6;
const SETTLED = 7;

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
  #words = new Float64Array(INITIAL_ENTRIES << FUNDS_SHIFT);
  #rare = new Float64Array(INITIAL_ENTRIES << RARE_SHIFT);

  /** Makes room for entries below `count`. */
  ensure(count: number): void {
    if (count << FUNDS_SHIFT <= this.#words.length) return;
    const entries = Math.max(count, this.#words.length >> (FUNDS_SHIFT - 1));
    const words = new Float64Array(entries << FUNDS_SHIFT);
    words.set(this.#words);
    this.#words = words;
    const rare = new Float64Array(entries << RARE_SHIFT);
    rare.set(this.#rare);
    this.#rare = rare;
  }

  save(out: SnapshotWriter): void {
    out.column(this.#words);
    out.column(this.#rare);
  }

  load(from: SnapshotReader): void {
    this.#words = from.doubles();
    this.#rare = from.doubles();
  }

  available(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | AVAILABLE] as number;
  }

  /** Held by open orders. */
  locked(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | LOCKED] as number;
  }

  /** What the chain holds for the owner, as of the last block (simulated settlement included). */
  settled(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | SETTLED] as number;
  }

  addSettled(entry: number, delta: number): void {
    this.#add(entry, SETTLED, delta);
  }

  /** What unsettled fills take away. */
  pendingDebit(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | PENDING_DEBIT] as number;
  }

  addPendingDebit(entry: number, delta: number): void {
    this.#add(entry, PENDING_DEBIT, delta);
  }

  /** Of shares: the cost of those now held, by average price, fees apart, micro. */
  cost(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | COST] as number;
  }

  addCost(entry: number, deltaMicro: number): void {
    this.#add(entry, COST, deltaMicro);
  }

  /** Of shares: their account and market in one number. */
  owner(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | OWNER] as number;
  }

  setOwner(entry: number, owner: number): void {
    this.#words[(entry << FUNDS_SHIFT) | OWNER] = owner;
  }

  /** Size of the delayed exit; 0 when there is none. */
  requested(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | REQUESTED] as number;
  }

  /** How much of the delayed exit is set aside; what comes in tops it up first. */
  requestReserve(entry: number): number {
    return this.reserved(entry) - this.releaseReserve(entry);
  }

  /** Set aside for fast exits that were promised and not yet seen on chain. */
  releaseReserve(entry: number): number {
    return this.#rare[(entry << RARE_SHIFT) | RELEASE_RESERVE] as number;
  }

  /** Set aside for exits of both kinds. */
  reserved(entry: number): number {
    return this.#words[(entry << FUNDS_SHIFT) | RESERVED] as number;
  }

  /** The part of the settled figure that simulated batches moved, which no chain shows. */
  simulated(entry: number): number {
    return this.#rare[(entry << RARE_SHIFT) | SIMULATED] as number;
  }

  addSimulated(entry: number, delta: number): void {
    this.#rare[(entry << RARE_SHIFT) | SIMULATED] = this.simulated(entry) + delta;
  }

  total(entry: number): number {
    return this.available(entry) + this.locked(entry) + this.reserved(entry);
  }

  /** All that is known of the entry, in a fixed order, for a digest of the state. */
  figures(entry: number): number[] {
    return [
      this.available(entry),
      this.locked(entry),
      this.settled(entry),
      this.pendingDebit(entry),
      this.cost(entry),
      this.owner(entry),
      this.requested(entry),
      this.requestReserve(entry),
      this.releaseReserve(entry),
      this.simulated(entry),
    ];
  }

  /** Net effect of unsettled fills, already inside the total. */
  pending(entry: number): number {
    return this.total(entry) - this.settled(entry);
  }

  /**
   * What a fast exit may take now: free, and on chain even if it and every other exit that may be
   * executed leave before the unsettled fills, since those must all still settle.
   */
  releasable(entry: number): number {
    const settledFree = this.settled(entry) - this.pendingDebit(entry) - this.reserved(entry);
    return Math.max(0, Math.min(this.available(entry), settledFree));
  }

  /** Without topping the exit's reserve up: for what is set aside right after. */
  creditForReserve(entry: number, amount: number): void {
    this.#add(entry, AVAILABLE, amount);
  }

  credit(entry: number, amount: number): void {
    this.#add(entry, AVAILABLE, amount);
    this.topUp(entry);
  }

  /** What a fill brings, with the cost of it. The chain bounds all of it, so the sums stay exact. */
  receive(entry: number, amount: number, costMicro: number): void {
    const words = this.#words;
    const at = entry << FUNDS_SHIFT;
    words[at | AVAILABLE] = (words[at | AVAILABLE] as number) + amount;
    words[at | COST] = (words[at | COST] as number) + costMicro;
    if (words[at | REQUESTED] !== 0) this.#topUpRequest(entry);
  }

  /** Takes what the chain took already: from what is free, then from the delayed exit's reserve. */
  charge(entry: number, amount: number): void {
    this.#add(entry, AVAILABLE, -amount);
    const shortfall = Math.max(0, -this.available(entry));
    const uncovered = Math.min(shortfall, this.requestReserve(entry));
    this.#add(entry, RESERVED, -uncovered);
    this.#add(entry, AVAILABLE, uncovered);
  }

  lock(entry: number, amount: number): void {
    const words = this.#words;
    const at = entry << FUNDS_SHIFT;
    assert(amount <= (words[at | AVAILABLE] as number), "an order locks only what is free");
    words[at | AVAILABLE] = (words[at | AVAILABLE] as number) - amount;
    words[at | LOCKED] = (words[at | LOCKED] as number) + amount;
  }

  /** Without topping the exit's reserve up: for a lock that another follows at once. */
  unlockForRelock(entry: number, amount: number): void {
    const words = this.#words;
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
    const words = this.#words;
    const at = entry << FUNDS_SHIFT;
    assert(amount <= (words[at | LOCKED] as number), "a fill spends only what its order locked");
    words[at | LOCKED] = (words[at | LOCKED] as number) - amount;
    words[at | PENDING_DEBIT] = (words[at | PENDING_DEBIT] as number) + amount;
  }

  /** The chain moved what a fill did: the mirror follows, and a debit waits no longer. */
  settle(entry: number, delta: number, debit: number): void {
    const words = this.#words;
    const at = entry << FUNDS_SHIFT;
    words[at | SETTLED] = (words[at | SETTLED] as number) + delta;
    words[at | PENDING_DEBIT] = (words[at | PENDING_DEBIT] as number) + debit;
  }

  /** A delayed exit of `amount`; replaces an earlier one. */
  request(entry: number, amount: number): void {
    this.dropRequest(entry);
    this.#add(entry, REQUESTED, amount);
    this.topUp(entry);
  }

  /** Ends the delayed exit; what was set aside is free again. */
  dropRequest(entry: number): void {
    const reserve = this.requestReserve(entry);
    this.#words[(entry << FUNDS_SHIFT) | REQUESTED] = 0;
    this.#add(entry, RESERVED, -reserve);
    this.#add(entry, AVAILABLE, reserve);
  }

  /** Sets `amount` aside for a fast exit. */
  reserveRelease(entry: number, amount: number): void {
    assert(amount <= this.releasable(entry), "a release takes only settled, free funds");
    this.#moveToRelease(entry, amount);
  }

  /** A fast exit was used, or will not be: its reserve becomes available. */
  endRelease(entry: number, amount: number): void {
    assert(amount <= this.releaseReserve(entry), "a release ends once");
    this.#moveToRelease(entry, -amount);
  }

  /** A fast exit holds its funds again: out of what is free, then of the delayed exit's reserve. */
  restoreRelease(entry: number, amount: number): void {
    this.charge(entry, amount);
    this.#rare[(entry << RARE_SHIFT) | RELEASE_RESERVE] = this.releaseReserve(entry) + amount;
    this.#add(entry, RESERVED, amount);
  }

  /** Lets the delayed exit take what became available. */
  topUp(entry: number): void {
    if (this.#words[(entry << FUNDS_SHIFT) | REQUESTED] !== 0) this.#topUpRequest(entry);
  }

  #topUpRequest(entry: number): void {
    const requested = this.#words[(entry << FUNDS_SHIFT) | REQUESTED] as number;
    const missing = requested - this.requestReserve(entry);
    if (missing <= 0) return;
    const amount = Math.min(missing, Math.max(0, this.available(entry)));
    this.#add(entry, AVAILABLE, -amount);
    this.#add(entry, RESERVED, amount);
  }

  #moveToRelease(entry: number, amount: number): void {
    const at = (entry << RARE_SHIFT) | RELEASE_RESERVE;
    this.#rare[at] = (this.#rare[at] as number) + amount;
    this.#add(entry, RESERVED, amount);
    this.#add(entry, AVAILABLE, -amount);
  }

  /** @throws CoreAssertionError when the figure would no longer be exact. */
  #add(entry: number, word: number, delta: number): void {
    const at = (entry << FUNDS_SHIFT) | word;
    const value = (this.#words[at] as number) + delta;
    assert(
      value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER,
      "a ledger figure is an exact integer",
    );
    this.#words[at] = value;
  }
}
