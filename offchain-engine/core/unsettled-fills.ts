import { assert } from "./assert.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** Words of a fill: two cache lines. Index: `fills.at(fillSeq) | field`. */
const FILL_SHIFT = 4;
export const FILL_MARKET = 0;
export const FILL_TICK = 1;
export const FILL_LOTS = 2;
export const FILL_FEE = 3;
export const FILL_TIME_MS = 4;
/** The taker's side of it, then the same words of the maker's, `LEG_WORDS` on. */
export const LEG_TAKER = 5;
export const LEG_MAKER = 10;
/** Within a leg. The entry's lowest bit is the outcome. */
export const LEG_ACCOUNT = 0;
export const LEG_ENTRY = 1;
export const LEG_IS_BUY = 2;
export const LEG_NONCE = 3;
/** The order's number. */
export const LEG_ORDER = 4;

const INITIAL_FILLS = 1 << 10;

/**
 * Fills that were matched and have not settled, in the order in which they settle: a ring with all that
 * settling or reversing them needs, so that orders may leave the core before their fills do.
 */
export class UnsettledFills {
  words = new Float64Array(INITIAL_FILLS << FILL_SHIFT);
  /** Counts all fills from 1. */
  lastSeq = 0;
  /** Fills up to here have settled or were skipped. */
  settledThroughSeq = 0;
  /** Cash and fees that unsettled fills move, micro. */
  unsettledMicro = 0;

  get count(): number {
    return this.lastSeq - this.settledThroughSeq;
  }

  /** When the oldest unsettled fill was matched; 0 when there is none. */
  get oldestMs(): number {
    if (this.lastSeq === this.settledThroughSeq) return 0;
    return this.words[this.at(this.settledThroughSeq + 1) | FILL_TIME_MS] as number;
  }

  /** Where the fill's words begin. */
  at(fillSeq: number): number {
    return (fillSeq << FILL_SHIFT) & (this.words.length - 1);
  }

  /** Room for the next fill; gives where its words begin. */
  next(): number {
    if ((this.count + 1) << FILL_SHIFT > this.words.length) this.#grow();
    return this.at(++this.lastSeq);
  }

  get(fillSeq: number, field: number): number {
    assert(
      fillSeq > this.settledThroughSeq && fillSeq <= this.lastSeq,
      "a fillSeq names an unsettled fill",
    );
    return this.words[this.at(fillSeq) | field] as number;
  }

  save(out: SnapshotWriter): void {
    out.figure(this.lastSeq);
    out.figure(this.settledThroughSeq);
    out.figure(this.unsettledMicro);
    out.column(this.words);
  }

  load(from: SnapshotReader): void {
    this.lastSeq = from.figure();
    this.settledThroughSeq = from.figure();
    this.unsettledMicro = from.figure();
    this.words = from.doubles();
  }

  #grow(): void {
    const old = this.words;
    this.words = new Float64Array(old.length * 2);
    for (let fillSeq = this.settledThroughSeq + 1; fillSeq <= this.lastSeq; fillSeq++) {
      const from = (fillSeq << FILL_SHIFT) & (old.length - 1);
      this.words.set(old.subarray(from, from + (1 << FILL_SHIFT)), this.at(fillSeq));
    }
  }
}
