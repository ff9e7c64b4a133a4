import type { FillStatus, FillView } from "../../protocol/engine/view.ts";

/** How far settlement is; only a reorganisation takes the last three back. */
const STAGE: Record<FillStatus, number> = {
  matched: 0,
  submitted: 1,
  settled: 2,
  simulated: 2,
  skipped: 2,
};

/** The latest trades of one market, oldest first, bounded. */
export class RecentTrades {
  readonly #max: number;
  #trades: FillView[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Takes a trade in its place, or what became of one that is there. What is no news by its order may be an older
   * state: there settlement goes forward only. One too old to be kept changes nothing.
   */
  put(fill: FillView, isNews: boolean): void {
    let at = this.#trades.length;
    while (at > 0 && (this.#trades[at - 1] as FillView).tradeSeq > fill.tradeSeq) at -= 1;
    const known = this.#trades[at - 1];
    if (known?.tradeSeq === fill.tradeSeq) {
      if (isNews || STAGE[fill.status] >= STAGE[known.status]) this.#trades[at - 1] = fill;
      return;
    }
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
