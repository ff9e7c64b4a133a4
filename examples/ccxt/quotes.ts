import type { BookLevel, CandlesReply, Market, TickerReply } from "../../sdk/index.ts";
import { datetimeOf, known, moneyOf, priceOf, sharesOf, ticksOf } from "./floats.ts";
import { namesOf } from "./markets.ts";
import type { CcxtCandle, CcxtOrderBook, CcxtTicker } from "./structures.ts";

const MICRO_PER_LOT = 10_000n;

/** The ticker of one outcome: that of NO is YES's upside down. */
export function toTicker(market: Market, label: "YES" | "NO", ticker: TickerReply): CcxtTicker {
  const price = (ticks: number) => priceOf(ticksOf(label, ticks));
  const isYes = label === "YES";
  const bid = { price: ticker.bestBidTicks, lots: ticker.bestBidLots };
  const ask = { price: ticker.bestAskTicks, lots: ticker.bestAskLots };
  const [best, worst] = isYes ? [bid, ask] : [ask, bid];
  const { openTicks24h, highTicks24h, lowTicks24h, lastYesPriceTicks: lastTicks } = ticker;
  const [high, low] = isYes ? [highTicks24h, lowTicks24h] : [lowTicks24h, highTicks24h];
  const lots = BigInt(ticker.volumeLots24h);
  const yesMicro = BigInt(ticker.volumeMicro24h);
  const quoteVolume = moneyOf(isYes ? yesMicro : lots * MICRO_PER_LOT - yesMicro);
  const baseVolume = sharesOf(lots);
  const open = known(openTicks24h, price);
  const last = known(lastTicks, price);
  const isMoving = open !== undefined && last !== undefined;
  return {
    ...namesOf(market, label),
    timestamp: ticker.timeMs,
    datetime: datetimeOf(ticker.timeMs),
    high: known(high, price),
    low: known(low, price),
    bid: known(best.price, price),
    bidVolume: known(best.lots, sharesOf),
    ask: known(worst.price, price),
    askVolume: known(worst.lots, sharesOf),
    vwap: baseVolume > 0 ? quoteVolume / baseVolume : undefined,
    open,
    close: last,
    last,
    change: isMoving ? last - open : undefined,
    percentage: isMoving ? ((last - open) / open) * 100 : undefined,
    average: isMoving ? (last + open) / 2 : undefined,
    baseVolume,
    quoteVolume,
    info: ticker,
  };
}

/** The book of one outcome: an ask for YES is a bid for NO. */
export function toOrderBook(
  market: Market,
  label: "YES" | "NO",
  book: { bids: readonly BookLevel[]; asks: readonly BookLevel[]; seq: number; timeMs?: number },
): CcxtOrderBook {
  const side = (levels: readonly BookLevel[]) =>
    levels.map(([ticks, lots]): [number, number] => [
      priceOf(ticksOf(label, ticks)),
      sharesOf(lots),
    ]);
  const [bids, asks] = label === "YES" ? [book.bids, book.asks] : [book.asks, book.bids];
  return {
    ...namesOf(market, label),
    timestamp: book.timeMs,
    datetime: known(book.timeMs, datetimeOf),
    bids: side(bids),
    asks: side(asks),
    nonce: book.seq,
  };
}

export function toCandles(label: "YES" | "NO", { candles }: CandlesReply): CcxtCandle[] {
  const price = (ticks: number) => priceOf(ticksOf(label, ticks));
  return candles.map(({ startTime, openTicks, highTicks, lowTicks, closeTicks, volumeLots }) => {
    const [high, low] = label === "YES" ? [highTicks, lowTicks] : [lowTicks, highTicks];
    const prices = [openTicks, high, low, closeTicks].map(price) as [
      number,
      number,
      number,
      number,
    ];
    return [startTime * 1000, ...prices, sharesOf(volumeLots)];
  });
}
