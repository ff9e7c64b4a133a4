import { assert } from "./assert.ts";
import { IntegerColumn } from "./integer-column.ts";

/**
 * Balances of one kind of asset (cash in micro, or shares in lots), an entry to each owner.
 *
 * An entry's total is available + locked + requested reserve + released reserve. It always equals
 * the settled mirror (what the chain shows) plus the net effect of fills that have not settled.
 * `available` falls below zero only when the chain itself took what the engine had promised away;
 * nothing can be locked, reserved or released until it is covered again.
 */
export class Funds {
  readonly available = new IntegerColumn();
  /** Held by open orders. */
  readonly locked = new IntegerColumn();
  /** Size of the account's delayed exit (a withdrawal or an export); 0 when there is none. */
  readonly requested = new IntegerColumn();
  /** How much of the delayed exit is set aside; what comes in tops it up first. */
  readonly requestReserve = new IntegerColumn();
  /** Set aside for fast exits that were promised and not yet seen on chain. */
  readonly releaseReserve = new IntegerColumn();
  /** What the chain holds for the owner, as of the last block (simulated settlement included). */
  readonly settled = new IntegerColumn();
  /** The part of `settled` that simulated batches moved, which no chain shows. */
  readonly simulated = new IntegerColumn();
  /** What unsettled fills take away. */
  readonly pendingDebit = new IntegerColumn();

  total(entry: number): number {
    return this.available.get(entry) + this.locked.get(entry) + this.reserved(entry);
  }

  reserved(entry: number): number {
    return this.requestReserve.get(entry) + this.releaseReserve.get(entry);
  }

  /** Net effect of unsettled fills, already inside the total. */
  pending(entry: number): number {
    return this.total(entry) - this.settled.get(entry);
  }

  free(entry: number): number {
    return Math.max(0, this.available.get(entry));
  }

  /**
   * What a fast exit may take now: free, and on chain even if it and every other exit that may be
   * executed leave before the unsettled fills, since those must all still settle.
   */
  releasable(entry: number): number {
    const settledFree =
      this.settled.get(entry) - this.pendingDebit.get(entry) - this.reserved(entry);
    return Math.max(0, Math.min(this.available.get(entry), settledFree));
  }

  credit(entry: number, amount: number): void {
    this.available.add(entry, amount);
    this.topUp(entry);
  }

  /** Takes what the chain took already: from what is free, then from the delayed exit's reserve. */
  charge(entry: number, amount: number): void {
    this.available.add(entry, -amount);
    const shortfall = Math.max(0, -this.available.get(entry));
    const uncovered = Math.min(shortfall, this.requestReserve.get(entry));
    this.requestReserve.add(entry, -uncovered);
    this.available.add(entry, uncovered);
  }

  lock(entry: number, amount: number): void {
    assert(amount <= this.available.get(entry), "an order locks only what is free");
    this.available.add(entry, -amount);
    this.locked.add(entry, amount);
  }

  /** Without topping the exit's reserve up: for a lock that another follows at once. */
  unlockForRelock(entry: number, amount: number): void {
    assert(amount <= this.locked.get(entry), "an order unlocks only what it locked");
    this.locked.add(entry, -amount);
    this.available.add(entry, amount);
  }

  unlock(entry: number, amount: number): void {
    this.unlockForRelock(entry, amount);
    this.topUp(entry);
  }

  spendLocked(entry: number, amount: number): void {
    assert(amount <= this.locked.get(entry), "a fill spends only what its order locked");
    this.locked.add(entry, -amount);
  }

  /** A delayed exit of `amount`; replaces an earlier one. */
  request(entry: number, amount: number): void {
    this.dropRequest(entry);
    this.requested.set(entry, amount);
    this.topUp(entry);
  }

  /** Ends the delayed exit; what was set aside is free again. */
  dropRequest(entry: number): void {
    this.requested.set(entry, 0);
    this.available.add(entry, this.requestReserve.get(entry));
    this.requestReserve.set(entry, 0);
  }

  /** Sets `amount` aside for a fast exit. */
  reserveRelease(entry: number, amount: number): void {
    assert(amount <= this.releasable(entry), "a release takes only settled, free funds");
    this.available.add(entry, -amount);
    this.releaseReserve.add(entry, amount);
  }

  /** A fast exit was used, or will not be: its reserve becomes available. */
  endRelease(entry: number, amount: number): void {
    assert(amount <= this.releaseReserve.get(entry), "a release ends once");
    this.releaseReserve.add(entry, -amount);
    this.available.add(entry, amount);
  }

  /** Lets the delayed exit take what became available. */
  topUp(entry: number): void {
    const missing = this.requested.get(entry) - this.requestReserve.get(entry);
    if (missing <= 0) return;
    const amount = Math.min(missing, this.free(entry));
    this.available.add(entry, -amount);
    this.requestReserve.add(entry, amount);
  }
}
