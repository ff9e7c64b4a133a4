import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** No such account. */
export const NO_ACCOUNT = -1;

/** Fields for `get` and `set`. Orders with a nonce below the floor are void: its halves, unsigned. */
export const FLOOR_HIGH = 3;
export const FLOOR_LOW = 4;
export const LAST_RELEASE = 8;
/** Releases that still hold funds. */
export const LIVE_RELEASES = 9;

/** Words of an account: a cache line. Index: `account << ACCOUNT_SHIFT | field`. */
const ACCOUNT_SHIFT = 4;
/** Ends of the list of open orders, by the time of acceptance. */
const OPEN_HEAD = 0;
const OPEN_TAIL = 1;
const OPEN_COUNT = 2;
const FLOOR = 3;
/** The lane of the nonce that it used last. */
const LAST_LANE = 5;
/** Ends of the list of holdings, in the order in which they appeared. */
const HOLDING_HEAD = 6;
const HOLDING_TAIL = 7;
/** Of its last lane: key and used nonces, as in the lane itself. */
const LANE_HIGH = 10;
const LANE_LOW = 11;
const LANE_USED = 12;
/** Unsettled fills that it took, and their lots: the lower 32 bits, and what is above. */
const TAKEN = 13;
const TAKEN_LOTS_LOW = 14;
const TAKEN_LOTS_HIGH = 15;

/** An empty list, or a nonce never used. */
const NONE = -1;
const INITIAL_ACCOUNTS = 64;
const TWO_POW_32 = 2 ** 32;

/** Accounts by index, in the order in which they appeared. Who they are is known outside. */
export class Accounts {
  #words = new Int32Array(INITIAL_ACCOUNTS << ACCOUNT_SHIFT);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** The next account's index. */
  add(): number {
    const account = this.#count++;
    const at = account << ACCOUNT_SHIFT;
    if (at === this.#words.length) {
      const words = new Int32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    }
    for (const field of [OPEN_HEAD, OPEN_TAIL, LAST_LANE, HOLDING_HEAD, HOLDING_TAIL]) {
      this.#words[at | field] = NONE;
    }
    return account;
  }

  get(account: number, field: number): number {
    return this.#words[(account << ACCOUNT_SHIFT) | field] as number;
  }

  set(account: number, field: number, value: number): void {
    this.#words[(account << ACCOUNT_SHIFT) | field] = value;
  }

  /** The account's oldest open order, a slot, or `NO_SLOT`. */
  openHead(account: number): number {
    return this.#words[(account << ACCOUNT_SHIFT) | OPEN_HEAD] as number;
  }

  setOpenHead(account: number, slot: number): void {
    this.#words[(account << ACCOUNT_SHIFT) | OPEN_HEAD] = slot;
  }

  /** The account's youngest open order, a slot, or `NO_SLOT`. */
  openTail(account: number): number {
    return this.#words[(account << ACCOUNT_SHIFT) | OPEN_TAIL] as number;
  }

  setOpenTail(account: number, slot: number): void {
    this.#words[(account << ACCOUNT_SHIFT) | OPEN_TAIL] = slot;
  }

  /** How many open orders the account has. */
  openCount(account: number): number {
    return this.#words[(account << ACCOUNT_SHIFT) | OPEN_COUNT] as number;
  }

  addOpen(account: number, delta: number): void {
    const at = (account << ACCOUNT_SHIFT) | OPEN_COUNT;
    this.#words[at] = (this.#words[at] as number) + delta;
  }

  /** How many unsettled fills the account took, as against those that others took of its orders. */
  takenFills(account: number): number {
    return this.#words[(account << ACCOUNT_SHIFT) | TAKEN] as number;
  }

  /** The lots of those fills, below 2⁵³. */
  takenLots(account: number): number {
    const words = this.#words;
    const at = account << ACCOUNT_SHIFT;
    const low = (words[at | TAKEN_LOTS_LOW] as number) >>> 0;
    return (words[at | TAKEN_LOTS_HIGH] as number) * TWO_POW_32 + low;
  }

  /** So many more unsettled fills that the account took, with so many lots; or, negative, fewer. */
  addTaken(account: number, fills: number, lots: number): void {
    const words = this.#words;
    const at = account << ACCOUNT_SHIFT;
    const total = this.takenLots(account) + lots;
    words[at | TAKEN] = (words[at | TAKEN] as number) + fills;
    words[at | TAKEN_LOTS_HIGH] = Math.floor(total / TWO_POW_32);
    words[at | TAKEN_LOTS_LOW] = total | 0;
  }

  /** The lane of the nonce that the account used last, or -1. */
  lastLane(account: number): number {
    return this.#words[(account << ACCOUNT_SHIFT) | LAST_LANE] as number;
  }

  /** Whether that lane has the two parts of a key. */
  isLastLane(account: number, high: number, low: number): boolean {
    const words = this.#words;
    const at = account << ACCOUNT_SHIFT;
    return (
      words[at | LANE_LOW] === low &&
      words[at | LANE_HIGH] === high &&
      words[at | LAST_LANE] !== NONE
    );
  }

  /** The nonces of that lane that are used, as bits. */
  lastLaneUsed(account: number): number {
    return this.#words[(account << ACCOUNT_SHIFT) | LANE_USED] as number;
  }

  setLastLaneUsed(account: number, used: number): void {
    this.#words[(account << ACCOUNT_SHIFT) | LANE_USED] = used;
  }

  setLastLane(account: number, lane: number, high: number, low: number, used: number): void {
    const words = this.#words;
    const at = account << ACCOUNT_SHIFT;
    words[at | LAST_LANE] = lane;
    words[at | LANE_HIGH] = high;
    words[at | LANE_LOW] = low;
    words[at | LANE_USED] = used;
  }

  /** The account's first holding, or `NO_HOLDING`. */
  holdingHead(account: number): number {
    return this.get(account, HOLDING_HEAD);
  }

  /** Appends to the account's holdings; gives the one that was last before. */
  appendHolding(account: number, holding: number): number {
    const last = this.get(account, HOLDING_TAIL);
    if (last === NONE) this.set(account, HOLDING_HEAD, holding);
    this.set(account, HOLDING_TAIL, holding);
    return last;
  }

  /** The floor that nonces of the account must reach. */
  floorOf(account: number): bigint {
    const high = this.get(account, FLOOR_HIGH) >>> 0;
    return (BigInt(high) << 32n) | BigInt(this.get(account, FLOOR_LOW) >>> 0);
  }

  save(out: SnapshotWriter): void {
    out.column(this.#words.subarray(0, this.#count << ACCOUNT_SHIFT));
  }

  load(from: SnapshotReader): void {
    const words = from.ints();
    this.#count = words.length >> ACCOUNT_SHIFT;
    if (this.#count > 0) this.#words = words;
  }

  isBelowFloor(account: number, nonceHigh: number, nonceLow: number): boolean {
    const at = (account << ACCOUNT_SHIFT) + FLOOR;
    const high = (this.#words[at] as number) >>> 0;
    if (nonceHigh !== high) return nonceHigh < high;
    return nonceLow < (this.#words[at + 1] as number) >>> 0;
  }
}
