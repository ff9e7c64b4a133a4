import type { Ticker } from "../../protocol/wire/market.ts";

/** Remembers each market's last ticker, so that only a change makes a frame. */
export class TickerTape {
  readonly #last = new Map<number, string>();

  /** Whether anything but the time differs from the last one seen. */
  changed(ticker: Ticker): boolean {
    const { timeMs: _, ...figures } = ticker;
    const text = JSON.stringify(figures);
    if (this.#last.get(ticker.marketId) === text) return false;
    this.#last.set(ticker.marketId, text);
    return true;
  }

  clear(): void {
    this.#last.clear();
  }
}
