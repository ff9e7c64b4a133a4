import { type Accounts, NO_ACCOUNT } from "./accounts.ts";
import { IndexTable, NO_PLACE } from "./index-table.ts";
import { type HashKey, keyedHash } from "./keyed-hash.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** A nonce that nobody used. */
export const NO_NONCE = -1;

/** Words of a lane. Index: `lane * LANE_WORDS + field`. */
const LANE_WORDS = 12;
const ACCOUNT = 0;
/** The nonces' high half, and their low half less three bits. */
const HIGH = 1;
const LOW = 2;
/** Used nonces as bits. */
const USED = 3;
/** Eight quantities that the chain has counted, unsigned. */
const SETTLED_LOTS = 4;

const INITIAL_LANES = 64;
const NO_LANE = -1;
const UNUSED = NO_NONCE;
const NOWHERE = NO_PLACE;

/**
 * Every nonce that an account has used up, eight to a lane as on chain, with what has settled on each.
 * A used nonce is known by `lane << 3 | nonce & 7`. This is the one table that grows with all orders
 * ever taken, by 7 bytes an order where nonces are counted up, since a nonce must never be taken twice.
 * What is asked of the lane that an account used last is answered from the account's own cache line.
 * Accounts choose their nonces: where a lane stands in the table depends on the key.
 */
export class Nonces {
  readonly #accounts: Accounts;
  readonly #key: HashKey;
  #lanes = new Int32Array(INITIAL_LANES * LANE_WORDS);
  readonly #table = new IndexTable(3);
  #count = 0;
  /** The lane that was looked for last, and its hash: a nonce is asked for just before it is used. */
  #soughtAccount = NO_ACCOUNT;
  #soughtHigh = 0;
  #soughtLow = 0;
  #soughtHash = 0;
  #soughtLane = NO_LANE;

  constructor(accounts: Accounts, key: HashKey) {
    this.#accounts = accounts;
    this.#key = key;
  }

  /** Of a used nonce; `NO_NONCE` otherwise. The halves of the nonce are unsigned. */
  find(account: number, high: number, low: number): number {
    const accounts = this.#accounts;
    const isLast = accounts.isLastLane(account, high | 0, low >>> 3);
    const lane = isLast ? accounts.lastLane(account) : this.#findLane(account, high | 0, low >>> 3);
    if (lane === NO_LANE) return UNUSED;
    const used = isLast ? accounts.lastLaneUsed(account) : this.#used(lane);
    return (used >> (low & 7)) & 1 ? (lane << 3) | (low & 7) : UNUSED;
  }

  /** Uses the nonce up, if it was not. */
  use(account: number, high: number, low: number): number {
    const accounts = this.#accounts;
    const bit = 1 << (low & 7);
    let lane = accounts.lastLane(account);
    if (accounts.isLastLane(account, high | 0, low >>> 3)) {
      const used = accounts.lastLaneUsed(account) | bit;
      accounts.setLastLaneUsed(account, used);
      this.#lanes[lane * LANE_WORDS + USED] = used;
      return (lane << 3) | (low & 7);
    }
    lane = this.#findLane(account, high | 0, low >>> 3);
    if (lane === NO_LANE) lane = this.#addLane(this.#soughtHash, account, high | 0, low >>> 3);
    const used = this.#used(lane) | bit;
    this.#lanes[lane * LANE_WORDS + USED] = used;
    accounts.setLastLane(account, lane, high | 0, low >>> 3, used);
    return (lane << 3) | (low & 7);
  }

  /** Whether a used nonce lies below another. */
  isBelow(nonce: number, high: number, low: number): boolean {
    const at = (nonce >> 3) * LANE_WORDS;
    const itsHigh = (this.#lanes[at + HIGH] as number) >>> 0;
    if (itsHigh !== high) return itsHigh < high;
    return (((this.#lanes[at + LOW] as number) << 3) | (nonce & 7)) >>> 0 < low;
  }

  /** Quantity that the chain has counted on a used nonce, simulated batches included. */
  settledLots(nonce: number): number {
    return (this.#lanes[settledAt(nonce)] as number) >>> 0;
  }

  addSettledLots(nonce: number, lots: number): void {
    const at = settledAt(nonce);
    this.#lanes[at] = ((this.#lanes[at] as number) >>> 0) + lots;
  }

  /** How many lanes are in use, and the bytes that each takes. */
  get size(): { lanes: number; bytes: number } {
    return { lanes: this.#count, bytes: this.#lanes.byteLength + this.#table.bytes };
  }

  /** How many places of its table one search may visit at most. */
  get longestSearch(): number {
    return this.#table.longestRun;
  }

  save(out: SnapshotWriter): void {
    out.column(this.#lanes.subarray(0, this.#count * LANE_WORDS));
  }

  load(from: SnapshotReader): void {
    const lanes = from.ints();
    this.#count = lanes.length / LANE_WORDS;
    this.#soughtAccount = NO_ACCOUNT;
    if (this.#count === 0) return;
    this.#lanes = lanes;
    this.#index();
  }

  #findLane(account: number, high: number, low: number): number {
    if (this.#soughtLow === low && this.#soughtHigh === high && this.#soughtAccount === account) {
      return this.#soughtLane;
    }
    const hash = keyedHash(this.#key, account, high, low);
    const lane = this.#laneOf(hash, account, high, low);
    this.#soughtAccount = account;
    this.#soughtHigh = high;
    this.#soughtLow = low;
    this.#soughtHash = hash;
    this.#soughtLane = lane;
    return lane;
  }

  #laneOf(hash: number, account: number, high: number, low: number): number {
    const table = this.#table;
    for (let place = table.first(hash); place !== NOWHERE; place = table.next(hash, place)) {
      const lane = table.row(place);
      if (this.#isLane(lane, account, high, low)) return lane;
    }
    return NO_LANE;
  }

  #isLane(lane: number, account: number, high: number, low: number): boolean {
    const lanes = this.#lanes;
    const at = lane * LANE_WORDS;
    return lanes[at + LOW] === low && lanes[at + HIGH] === high && lanes[at + ACCOUNT] === account;
  }

  #used(lane: number): number {
    return this.#lanes[lane * LANE_WORDS + USED] as number;
  }

  #addLane(hash: number, account: number, high: number, low: number): number {
    const lane = this.#count++;
    const at = lane * LANE_WORDS;
    if (at === this.#lanes.length) this.#grow();
    this.#soughtAccount = NO_ACCOUNT;
    this.#lanes[at + ACCOUNT] = account;
    this.#lanes[at + HIGH] = high;
    this.#lanes[at + LOW] = low;
    if (this.#table.holds(this.#count)) this.#table.add(hash, lane);
    else this.#index();
    return lane;
  }

  /** Builds the table anew, with room for all. */
  #index(): void {
    const lanes = this.#lanes;
    this.#table.clear(this.#count);
    for (let lane = 0; lane < this.#count; lane++) {
      const at = lane * LANE_WORDS;
      const account = lanes[at + ACCOUNT] as number;
      const high = lanes[at + HIGH] as number;
      this.#table.add(keyedHash(this.#key, account, high, lanes[at + LOW] as number), lane);
    }
  }

  #grow(): void {
    const { length } = this.#lanes;
    const wider = new Int32Array(length * 2);
    wider.set(this.#lanes);
    // Written at once: the system gives each page at its first touch, which an order would wait for.
    wider.fill(0, length);
    this.#lanes = wider;
  }
}

/** Where the settled quantity of a used nonce lies. */
function settledAt(nonce: number): number {
  return (nonce >> 3) * LANE_WORDS + SETTLED_LOTS + (nonce & 7);
}
