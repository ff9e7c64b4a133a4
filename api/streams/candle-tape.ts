import {
  type CandleInterval,
  candleStart,
  extendCandle,
  firstCandle,
} from "../../protocol/candle.ts";
import type { FillView } from "../../protocol/engine/view.ts";
import { costMicro, PRICE_SCALE } from "../../protocol/units.ts";
import type { CandlesReply } from "../../protocol/wire/market.ts";
import type { LatestCandles, TimedCandle } from "../history/latest-candles.ts";
import type { MirroredMarket } from "../mirror/exchange-mirror.ts";
import { ApiProblem } from "../problem.ts";

type WireCandle = CandlesReply["candles"][number];

/** Reads candles from the tables; the mirror's last trade says from when. */
export type ReadCandles = (filter: {
  marketId: number;
  interval: CandleInterval;
  lastTradeMs: number;
}) => Promise<LatestCandles>;

interface Series {
  marketId: number;
  interval: CandleInterval;
  /** Null while the tables are read. */
  candles: TimedCandle[] | null;
  /** The last trade in the candles. */
  tradeSeq: number;
  /** Trades that came while the tables were read. */
  missed: FillView[];
  reading: Promise<void>;
}

/** The running candle, and the one before it. */
const KEPT_CANDLES = 2;
const MISSED_MAX = 10_000;

function wire(candle: TimedCandle): WireCandle {
  const { startTime, volumeLots, volumeMicro, ...rest } = candle;
  return { startTime, ...rest, volumeLots: `${volumeLots}`, volumeMicro: `${volumeMicro}` };
}

function candleOf(fill: FillView, interval: CandleInterval): TimedCandle {
  const { yesPriceTicks: ticks, quantityLots, takerOutcome, timeMs } = fill;
  const takerTicks = takerOutcome === 1 ? ticks : PRICE_SCALE - ticks;
  return {
    startTime: candleStart(interval, Math.floor(timeMs / 1000)),
    ...firstCandle(ticks, BigInt(quantityLots), BigInt(costMicro(takerTicks, quantityLots))),
  };
}

/**
 * The latest candles of the markets and widths that somebody follows, as the trades make them. They are
 * read from the tables once, and go on with each trade from there.
 */
export class CandleTape {
  readonly #read: ReadCandles;
  readonly #series = new Map<string, Series>();

  constructor(read: ReadCandles) {
    this.#read = read;
  }

  /** The candles as of the market's last trade. @throws ApiProblem `engine_unavailable` */
  async snapshot(
    market: MirroredMarket,
    interval: CandleInterval,
  ): Promise<{ tradeSeq: number; candles: WireCandle[] }> {
    const key = `${market.view.marketId}:${interval}`;
    const series = this.#series.get(key) ?? this.#begin(key, market, interval);
    await series.reading;
    if (series.candles === null || series.tradeSeq !== market.tradeSeq) {
      this.#drop(key, series);
      throw new ApiProblem("engine_unavailable");
    }
    return { tradeSeq: series.tradeSeq, candles: series.candles.map(wire) };
  }

  /** Takes a market's next trade; gives the candle that it made or extended in one width, if it is followed. */
  take(fill: FillView, interval: CandleInterval): WireCandle | null {
    const series = this.#series.get(`${fill.marketId}:${interval}`);
    if (!series) return null;
    if (series.candles === null) {
      if (series.missed.length < MISSED_MAX) series.missed.push(fill);
      return null;
    }
    this.#extend(series, fill);
    return wire(series.candles.at(-1) as TimedCandle);
  }

  /** Nobody follows it any more. */
  forget(marketId: number, interval: CandleInterval): void {
    this.#series.delete(`${marketId}:${interval}`);
  }

  clear(): void {
    this.#series.clear();
  }

  #begin(key: string, market: MirroredMarket, interval: CandleInterval): Series {
    const { marketId } = market.view;
    const lastTradeMs = market.trades.last()?.timeMs ?? Date.now();
    const series: Series = {
      marketId,
      interval,
      candles: null,
      tradeSeq: 0,
      missed: [],
      reading: this.#read({ marketId, interval, lastTradeMs }).then((latest) => {
        series.candles = latest.candles.slice(-KEPT_CANDLES);
        series.tradeSeq = latest.tradeSeq;
        for (const fill of series.missed) {
          if (fill.tradeSeq === series.tradeSeq + 1) this.#extend(series, fill);
        }
        series.missed = [];
      }),
    };
    this.#series.set(key, series);
    // A failure is its reader's, and the next one tries again.
    series.reading.catch(() => this.#drop(key, series));
    return series;
  }

  /** Not the one that took its place. */
  #drop(key: string, series: Series): void {
    if (this.#series.get(key) === series) this.#series.delete(key);
  }

  #extend(series: Series, fill: FillView): void {
    const candles = series.candles ?? [];
    const single = candleOf(fill, series.interval);
    const last = candles.at(-1);
    if (last && last.startTime >= single.startTime) {
      candles[candles.length - 1] = { startTime: last.startTime, ...extendCandle(last, single) };
    } else {
      candles.push(single);
      if (candles.length > KEPT_CANDLES) candles.shift();
    }
    series.tradeSeq = fill.tradeSeq;
  }
}
