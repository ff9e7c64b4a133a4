import type { Hex } from "viem";
import type { FillStatus } from "../../protocol/engine/view.ts";
import { assert } from "../core/assert.ts";
import type { SnapshotReader } from "../core/snapshot-reader.ts";
import type { SnapshotWriter } from "../core/snapshot-writer.ts";
import type { OrderRecords } from "./order-records.ts";

/** A fill is sixteen doubles: its figures, then the hash of its transaction. */
const FILL_SHIFT = 4;
const TRADE = 0;
const TAKER = 1;
const MAKER = 2;
const YES_PRICE = 3;
const LOTS = 4;
const FEE = 5;
const TIME_MS = 6;
const STATUS = 7;
/** The next fill of the same taker's order, and of the same maker's; 0 for none. */
const NEXT_OF_TAKER = 8;
const NEXT_OF_MAKER = 9;
const HASH_DOUBLE = 12;
const HASH_BYTES = 32;

const INITIAL_FILLS = 1 << 10;
const STATUSES: readonly FillStatus[] = ["matched", "submitted", "settled", "simulated", "skipped"];
const MATCHED = 0;

/** One match of a taker's order with a resting one; both are records. */
export interface FillRecord {
  /** Counts all fills from 1. */
  readonly fillSeq: number;
  readonly tradeSeq: number;
  readonly taker: number;
  readonly maker: number;
  readonly yesPriceTicks: number;
  readonly quantityLots: number;
  readonly feeMicro: number;
  readonly timeMs: number;
  readonly status: FillStatus;
  readonly transactionHash: Hex | null;
}

/** Fills that have not settled, and the last that have, in a ring; their orders are remembered with them. */
export class FillRecords {
  readonly #orders: OrderRecords;
  #words = new Float64Array(INITIAL_FILLS << FILL_SHIFT);
  #bytes = Buffer.from(this.#words.buffer);
  /** Fills up to here are forgotten. */
  #forgottenThrough = 0;
  #lastSeq = 0;

  constructor(orders: OrderRecords) {
    this.#orders = orders;
  }

  get forgottenThrough(): number {
    return this.#forgottenThrough;
  }

  /** The next fill, `matched`. */
  add(fill: Omit<FillRecord, "status" | "transactionHash">): void {
    const { fillSeq, taker, maker } = fill;
    assert(fillSeq === this.#lastSeq + 1, "fills are counted");
    if ((fillSeq - this.#forgottenThrough) << FILL_SHIFT > this.#words.length) this.#grow();
    this.#lastSeq = fillSeq;
    const at = this.#at(fillSeq);
    const words = this.#words;
    words[at + TRADE] = fill.tradeSeq;
    words[at + TAKER] = taker;
    words[at + MAKER] = maker;
    words[at + YES_PRICE] = fill.yesPriceTicks;
    words[at + LOTS] = fill.quantityLots;
    words[at + FEE] = fill.feeMicro;
    words[at + TIME_MS] = fill.timeMs;
    words[at + STATUS] = MATCHED;
    words[at + NEXT_OF_TAKER] = 0;
    words[at + NEXT_OF_MAKER] = 0;
    this.#link(this.#orders.appendFill(taker, fillSeq), taker, fillSeq);
    this.#link(this.#orders.appendFill(maker, fillSeq), maker, fillSeq);
  }

  get(fillSeq: number): FillRecord {
    const at = this.#known(fillSeq);
    const word = (field: number) => this.#words[at + field] as number;
    const byte = (at + HASH_DOUBLE) * 8;
    const status = STATUSES[word(STATUS)] as FillStatus;
    return {
      fillSeq,
      tradeSeq: word(TRADE),
      taker: word(TAKER),
      maker: word(MAKER),
      yesPriceTicks: word(YES_PRICE),
      quantityLots: word(LOTS),
      feeMicro: word(FEE),
      timeMs: word(TIME_MS),
      status,
      transactionHash:
        status === "matched" ? null : `0x${this.#bytes.toString("hex", byte, byte + HASH_BYTES)}`,
    };
  }

  /** It went further on its way to the chain, by that transaction. */
  progress(fillSeq: number, status: FillStatus, transactionHash: Hex): void {
    const at = this.#known(fillSeq);
    this.#words[at + STATUS] = STATUSES.indexOf(status);
    this.#bytes.write(transactionHash.slice(2), (at + HASH_DOUBLE) * 8, HASH_BYTES, "hex");
  }

  /** The remembered fills of an order, in their order. */
  ofOrder(record: number): number[] {
    const fills: number[] = [];
    for (let seq = this.#orders.firstFill(record); seq !== 0; seq = this.#next(seq, record)) {
      fills.push(seq);
    }
    return fills;
  }

  /** Forgets all fills up to that one. */
  forgetThrough(fillSeq: number): void {
    while (this.#forgottenThrough < fillSeq) {
      const first = this.#forgottenThrough + 1;
      const at = this.#known(first);
      for (const field of [TAKER, MAKER]) {
        const record = this.#words[at + field] as number;
        this.#orders.dropFirstFill(record, this.#next(first, record));
      }
      this.#forgottenThrough = first;
    }
  }

  save(out: SnapshotWriter): void {
    out.figure(this.#forgottenThrough);
    out.figure(this.#lastSeq);
    out.column(this.#words);
  }

  load(from: SnapshotReader): void {
    this.#forgottenThrough = from.figure();
    this.#lastSeq = from.figure();
    this.#words = from.doubles();
    this.#bytes = Buffer.from(this.#words.buffer);
  }

  #at(fillSeq: number): number {
    return (fillSeq << FILL_SHIFT) & (this.#words.length - 1);
  }

  #known(fillSeq: number): number {
    assert(
      fillSeq > this.#forgottenThrough && fillSeq <= this.#lastSeq,
      "a fillSeq names a remembered fill",
    );
    return this.#at(fillSeq);
  }

  #nextField(fillSeq: number, record: number): number {
    return this.#words[this.#at(fillSeq) + TAKER] === record ? NEXT_OF_TAKER : NEXT_OF_MAKER;
  }

  #next(fillSeq: number, record: number): number {
    return this.#words[this.#at(fillSeq) + this.#nextField(fillSeq, record)] as number;
  }

  #link(previous: number, record: number, fillSeq: number): void {
    if (previous === 0) return;
    this.#words[this.#at(previous) + this.#nextField(previous, record)] = fillSeq;
  }

  #grow(): void {
    const words = new Float64Array(2 * this.#words.length);
    for (let seq = this.#forgottenThrough + 1; seq <= this.#lastSeq; seq++) {
      const from = this.#at(seq);
      const to = (seq << FILL_SHIFT) & (words.length - 1);
      words.set(this.#words.subarray(from, from + (1 << FILL_SHIFT)), to);
    }
    this.#words = words;
    this.#bytes = Buffer.from(words.buffer);
  }
}
