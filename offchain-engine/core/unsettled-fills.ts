import { assert } from "./assert.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** Words of a fill: two cache lines. Index: `fills.at(fillSeq) | field`. */
const FILL_SHIFT = 4;
const MARKET = 0;
const TICK = 1;
const LOTS = 2;
const FEE = 3;
const TIME_MS = 4;
const WORDS_USED = 15;

/** Where the words of the taker's side of a fill begin, and those of the maker's. */
export const LEG_TAKER = 5;
export const LEG_MAKER = 10;
/** Within a leg. */
const ACCOUNT = 0;
const ENTRY = 1;
const IS_BUY = 2;
const NONCE = 3;
const ORDER = 4;

const INITIAL_FILLS = 1 << 10;

/**
 * Fills that were matched and have not settled, in the order in which they settle, and those whose
 * settlement a reorganisation may still take back: a ring with all that settling, unsettling or reversing
 * them needs, so that orders may leave the core before their fills do.
 */
export class UnsettledFills {
  #words = new Float64Array(INITIAL_FILLS << FILL_SHIFT);
  /** Counts all fills from 1. */
  lastSeq = 0;
  /** Fills up to here have settled or were skipped. */
  settledThroughSeq = 0;
  /** Fills up to here have settled for good: nothing of them is kept. */
  finalThroughSeq = 0;
  /** What the shares of unsettled fills can come to at most, 1 collateral each, micro. */
  unsettledMicro = 0;

  get count(): number {
    return this.lastSeq - this.settledThroughSeq;
  }

  /** When the oldest unsettled fill was matched; 0 when there is none. */
  get oldestMs(): number {
    if (this.lastSeq === this.settledThroughSeq) return 0;
    return this.#words[this.at(this.settledThroughSeq + 1) | TIME_MS] as number;
  }

  /** Where the fill's words begin. */
  at(fillSeq: number): number {
    return (fillSeq << FILL_SHIFT) & (this.#words.length - 1);
  }

  /** Room for the next fill; gives where its words begin. */
  next(): number {
    const kept = this.lastSeq - this.finalThroughSeq;
    if ((kept + 1) << FILL_SHIFT > this.#words.length) this.#grow();
    return this.at(++this.lastSeq);
  }

  /** What both sides share. The fee is the taker's, micro. */
  write(at: number, market: number, tick: number, lots: number, feeMicro: number, timeMs: number) {
    const words = this.#words;
    words[at | MARKET] = market;
    words[at | TICK] = tick;
    words[at | LOTS] = lots;
    words[at | FEE] = feeMicro;
    words[at | TIME_MS] = timeMs;
  }

  /** One side of it; `leg` is where the fill begins and `LEG_TAKER` or `LEG_MAKER` on. */
  writeLeg(
    leg: number,
    account: number,
    entry: number,
    isBuy: boolean,
    nonce: number,
    order: number,
  ): void {
    const words = this.#words;
    words[leg + ACCOUNT] = account;
    words[leg + ENTRY] = entry;
    words[leg + IS_BUY] = isBuy ? 1 : 0;
    words[leg + NONCE] = nonce;
    words[leg + ORDER] = order;
  }

  market(at: number): number {
    return (this.#words[at | MARKET] as number) | 0;
  }

  /** The YES price. */
  tick(at: number): number {
    return (this.#words[at | TICK] as number) | 0;
  }

  lots(at: number): number {
    return this.#words[at | LOTS] as number;
  }

  feeMicro(at: number): number {
    return this.#words[at | FEE] as number;
  }

  account(leg: number): number {
    return (this.#words[leg + ACCOUNT] as number) | 0;
  }

  /** Its shares; the entry's lowest bit is the outcome. */
  entry(leg: number): number {
    return (this.#words[leg + ENTRY] as number) | 0;
  }

  isBuy(leg: number): boolean {
    return this.#words[leg + IS_BUY] === 1;
  }

  nonce(leg: number): number {
    return (this.#words[leg + NONCE] as number) | 0;
  }

  /** The order's number. */
  order(leg: number): number {
    return this.#words[leg + ORDER] as number;
  }

  /** All of a fill that is not final, in a fixed order, for a digest of the state. */
  figures(fillSeq: number): Float64Array {
    assert(
      fillSeq > this.finalThroughSeq && fillSeq <= this.lastSeq,
      "a fillSeq names a fill that is not final",
    );
    const at = this.at(fillSeq);
    return this.#words.subarray(at, at + WORDS_USED);
  }

  /** No reorganisation can take back any more that fills up to that one have settled. */
  makeFinal(fillSeq: number): void {
    assert(fillSeq <= this.settledThroughSeq, "a fill settles before it is final");
    this.finalThroughSeq = Math.max(this.finalThroughSeq, fillSeq);
  }

  /** The settled fills after that one are unsettled again. */
  reopenAfter(fillSeq: number): void {
    assert(fillSeq >= this.finalThroughSeq, "a final fill stays settled");
    this.settledThroughSeq = fillSeq;
  }

  save(out: SnapshotWriter): void {
    out.figure(this.lastSeq);
    out.figure(this.settledThroughSeq);
    out.figure(this.finalThroughSeq);
    out.figure(this.unsettledMicro);
    out.column(this.#words);
  }

  load(from: SnapshotReader): void {
    this.lastSeq = from.figure();
    this.settledThroughSeq = from.figure();
    this.finalThroughSeq = from.figure();
    this.unsettledMicro = from.figure();
    this.#words = from.doubles();
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Float64Array(old.length * 2);
    for (let fillSeq = this.finalThroughSeq + 1; fillSeq <= this.lastSeq; fillSeq++) {
      const from = (fillSeq << FILL_SHIFT) & (old.length - 1);
      this.#words.set(old.subarray(from, from + (1 << FILL_SHIFT)), this.at(fillSeq));
    }
  }
}
