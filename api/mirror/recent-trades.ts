import type { FillView } from "../../protocol/engine/view.ts";

/** The latest trades of one market, oldest first, bounded. */
export class RecentTrades {
  readonly #max: number;
  #trades: FillView[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /** Takes a trade in its place; one that is there already, or too old to be kept, changes nothing. */
  add(fill: FillView): void {
    let at = this.#trades.length;
    while (at > 0 && (this.#trades[at - 1] as FillView).tradeSeq > fill.tradeSeq) at -= 1;
    if (this.#trades[at - 1]?.tradeSeq === fill.tradeSeq) return;
    this.#trades.splice(at, 0, fill);
    if (this.#trades.length > this.#max) this.#trades.shift();
  }

  /** Trades up to `seq`, oldest first. */
  upTo(seq: number): FillView[] {
    return this.#trades.filter((fill) => fill.tradeSeq <= seq);
  }

  last(): FillView | null {
    return this.#trades.at(-1) ?? null;
  }
}
