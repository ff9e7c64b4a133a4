import type { Accounts } from "./accounts.ts";
import { assert } from "./assert.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** A nonce that nobody used. */
export const NO_NONCE = -1;

/** Words of a lane: account, the nonce's high half, its low half less three bits, used nonces as bits. */
const LANE_SHIFT = 2;
const ACCOUNT = 0;
const HIGH = 1;
const LOW = 2;
const USED = 3;
const NO_LANE = -1;
const UNUSED = NO_NONCE;

/**
 * Every nonce that an account has used up, eight to a lane as on chain, with what has settled on each.
 * A used nonce is known by `lane << 3 | nonce & 7`. This is the one table that grows with all orders
 * ever taken, by 7 bytes an order where nonces are counted up, since a nonce must never be taken twice.
 */
export class Nonces {
  readonly #accounts: Accounts;
  #lanes = new Int32Array(64 << LANE_SHIFT);
  #settledLots = new Uint32Array(64 << 3);
  /** Lane + 1 by hash of its key; 0 where free. At most half full. */
  #table = new Int32Array(128);
  #count = 0;

  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  /** What the last `find` looked for. */
  #foundAccount = -1;
  #foundHigh = 0;
  #foundLow = 0;
  #foundLane = NO_LANE;

  /** Of a used nonce; `NO_NONCE` otherwise. The halves of the nonce are unsigned. */
  find(account: number, high: number, low: number): number {
    const lane = this.#findLane(account, high | 0, low >>> 3);
    this.#foundAccount = account;
    this.#foundHigh = high | 0;
    this.#foundLow = low >>> 3;
    this.#foundLane = lane;
    if (lane === NO_LANE) return UNUSED;
    const used = this.#lanes[(lane << LANE_SHIFT) | USED] as number;
    return (used >> (low & 7)) & 1 ? (lane << 3) | (low & 7) : UNUSED;
  }

  /** Uses the nonce up, if it was not. */
  use(account: number, high: number, low: number): number {
    const isFound =
      this.#foundAccount === account &&
      this.#foundHigh === (high | 0) &&
      this.#foundLow === low >>> 3;
    let lane = isFound ? this.#foundLane : this.#findLane(account, high | 0, low >>> 3);
    this.#foundAccount = -1;
    if (lane === NO_LANE) lane = this.#addLane(account, high | 0, low >>> 3);
    const at = (lane << LANE_SHIFT) | USED;
    this.#lanes[at] = (this.#lanes[at] as number) | (1 << (low & 7));
    this.#accounts.setLastLane(account, lane);
    return (lane << 3) | (low & 7);
  }

  /** Whether a used nonce lies below another. */
  isBelow(nonce: number, high: number, low: number): boolean {
    const at = (nonce >> 3) << LANE_SHIFT;
    const itsHigh = (this.#lanes[at | HIGH] as number) >>> 0;
    if (itsHigh !== high) return itsHigh < high;
    return (((this.#lanes[at | LOW] as number) << 3) | (nonce & 7)) >>> 0 < low;
  }

  /** Quantity that the chain has counted on a used nonce, simulated batches included. */
  settledLots(nonce: number): number {
    return this.#settledLots[nonce] as number;
  }

  addSettledLots(nonce: number, lots: number): void {
    this.#settledLots[nonce] = this.settledLots(nonce) + lots;
  }

  /** How many lanes are in use, and the bytes that each takes. */
  get size(): { lanes: number; bytes: number } {
    const bytes = this.#lanes.byteLength + this.#settledLots.byteLength + this.#table.byteLength;
    return { lanes: this.#count, bytes };
  }

  save(out: SnapshotWriter): void {
    out.column(this.#lanes.subarray(0, this.#count << LANE_SHIFT));
    out.column(this.#settledLots.subarray(0, this.#count << 3));
  }

  load(from: SnapshotReader): void {
    const lanes = from.ints();
    const settledLots = from.unsigned();
    this.#count = lanes.length >> LANE_SHIFT;
    if (this.#count === 0) return;
    this.#lanes = lanes;
    this.#settledLots = settledLots;
    while (2 * this.#count > this.#table.length) this.#widen();
    for (let lane = 0; lane < this.#count; lane++) this.#insert(lane);
  }

  #findLane(account: number, high: number, low: number): number {
    const last = this.#accounts.lastLane(account);
    if (last !== NO_LANE && this.#isLane(last, account, high, low)) return last;
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = hashOf(account, high, low) & mask; ; at = (at + 1) & mask) {
      const found = (table[at] as number) - 1;
      if (found === NO_LANE || this.#isLane(found, account, high, low)) return found;
    }
  }

  #isLane(lane: number, account: number, high: number, low: number): boolean {
    const lanes = this.#lanes;
    const at = lane << LANE_SHIFT;
    return lanes[at | LOW] === low && lanes[at | HIGH] === high && lanes[at | ACCOUNT] === account;
  }

  #addLane(account: number, high: number, low: number): number {
    const lane = this.#count++;
    if (lane << LANE_SHIFT === this.#lanes.length) this.#grow();
    const at = lane << LANE_SHIFT;
    this.#lanes[at | ACCOUNT] = account;
    this.#lanes[at | HIGH] = high;
    this.#lanes[at | LOW] = low;
    if (2 * this.#count > this.#table.length) this.#rehash();
    else this.#insert(lane);
    return lane;
  }

  #insert(lane: number): void {
    const at = lane << LANE_SHIFT;
    const mask = this.#table.length - 1;
    const lanes = this.#lanes;
    const account = lanes[at | ACCOUNT] as number;
    const high = lanes[at | HIGH] as number;
    const low = lanes[at | LOW] as number;
    let place = hashOf(account, high, low) & mask;
    while (this.#table[place] !== 0) place = (place + 1) & mask;
    this.#table[place] = lane + 1;
  }

  #widen(): void {
    assert(this.#table.length < 2 ** 29, "used nonces fit their table");
    this.#table = new Int32Array(this.#table.length * 2);
  }

  #rehash(): void {
    this.#widen();
    for (let lane = 0; lane < this.#count; lane++) this.#insert(lane);
  }

  #grow(): void {
    const lanes = new Int32Array(this.#lanes.length * 2);
    lanes.set(this.#lanes);
    this.#lanes = lanes;
    const settledLots = new Uint32Array(this.#settledLots.length * 2);
    settledLots.set(this.#settledLots);
    this.#settledLots = settledLots;
  }
}

function hashOf(account: number, high: number, low: number): number {
  let mixed = Math.imul(account, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15) ^ low, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
