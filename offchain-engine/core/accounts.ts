import { NO_SLOT } from "./order-slots.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** No such account. */
export const NO_ACCOUNT = -1;

/** Words of an account: a cache line. Index: `account << 4 | field`. */
export const ACCOUNT_SHIFT = 4;
/** Ends of the list of open orders, by the time of acceptance. */
export const OPEN_HEAD = 0;
export const OPEN_TAIL = 1;
export const OPEN_COUNT = 2;
/** Orders with a lower nonce are void: the two halves of it, unsigned. */
export const FLOOR_HIGH = 3;
export const FLOOR_LOW = 4;
/** Where the nonce that it used last lies. */
export const LAST_LANE = 5;
/** Ends of the list of holdings, in the order in which they appeared. */
export const HOLDING_HEAD = 6;
const HOLDING_TAIL = 7;
export const LAST_RELEASE = 8;
/** Releases that still hold funds. */
export const LIVE_RELEASES = 9;

const INITIAL_ACCOUNTS = 64;

/** Accounts by index, in the order in which they appeared. Who they are is known outside. */
export class Accounts {
  words = new Int32Array(INITIAL_ACCOUNTS << ACCOUNT_SHIFT);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The next account's index. */
  add(): number {
    const account = this.#count++;
    const at = account << ACCOUNT_SHIFT;
    if (at === this.words.length) {
      const words = new Int32Array(this.words.length * 2);
      words.set(this.words);
      this.words = words;
    }
    for (const field of [OPEN_HEAD, OPEN_TAIL, LAST_LANE, HOLDING_HEAD, HOLDING_TAIL]) {
      this.words[at | field] = NO_SLOT;
    }
    return account;
  }

  get(account: number, field: number): number {
    return this.words[(account << ACCOUNT_SHIFT) | field] as number;
  }

  set(account: number, field: number, value: number): void {
    this.words[(account << ACCOUNT_SHIFT) | field] = value;
  }

  /** Appends to the account's holdings; gives the one that was last before. */
  appendHolding(account: number, holding: number): number {
    const last = this.get(account, HOLDING_TAIL);
    if (last === NO_SLOT) this.set(account, HOLDING_HEAD, holding);
    this.set(account, HOLDING_TAIL, holding);
    return last;
  }

  /** The floor that nonces of the account must reach. */
  floorOf(account: number): bigint {
    const high = this.get(account, FLOOR_HIGH) >>> 0;
    return (BigInt(high) << 32n) | BigInt(this.get(account, FLOOR_LOW) >>> 0);
  }

  save(out: SnapshotWriter): void {
    out.column(this.words.subarray(0, this.#count << ACCOUNT_SHIFT));
  }

  load(from: SnapshotReader): void {
    const words = from.ints();
    this.#count = words.length >> ACCOUNT_SHIFT;
    if (this.#count > 0) this.words = words;
  }

  isBelowFloor(account: number, nonceHigh: number, nonceLow: number): boolean {
    const high = this.get(account, FLOOR_HIGH) >>> 0;
    if (nonceHigh !== high) return nonceHigh < high;
    return nonceLow < this.get(account, FLOOR_LOW) >>> 0;
  }
}
