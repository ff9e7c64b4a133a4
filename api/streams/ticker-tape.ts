import type { Ticker } from "../../protocol/wire/market.ts";

function isSame(a: Ticker, b: Ticker): boolean {
  for (const key in a) {
    const figure = key as keyof Ticker;
    if (figure !== "timeMs" && a[figure] !== b[figure]) return false;
  }
  return true;
}

/** Remembers each market's last ticker, so that only a change makes a frame. */
export class TickerTape {
  readonly #last = new Map<number, Ticker>();

  /** Whether anything but the time differs from the last one seen. */
  changed(ticker: Ticker): boolean {
    const last = this.#last.get(ticker.marketId);
    if (last !== undefined && isSame(ticker, last)) return false;
    this.#last.set(ticker.marketId, ticker);
    return true;
  }

  clear(): void {
    this.#last.clear();
  }
}
