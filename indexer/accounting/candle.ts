/** Candle widths in seconds, by the name that readers ask for. */
export const CANDLE_INTERVALS = { "1m": 60, "5m": 300, "1h": 3_600, "1d": 86_400 } as const;
export type CandleInterval = keyof typeof CANDLE_INTERVALS;

export interface Candle {
  openTicks: number;
  highTicks: number;
  lowTicks: number;
  closeTicks: number;
  volumeLots: bigint;
  volumeMicro: bigint;
  trades: number;
}

/** The start, in unix seconds, of the candle that `time` falls into. */
export function candleStart(interval: CandleInterval, time: number): number {
  return time - (time % CANDLE_INTERVALS[interval]);
}

/** The candle of a single trade. */
export function firstCandle(ticks: number, volumeLots: bigint, volumeMicro: bigint): Candle {
  return {
    openTicks: ticks,
    highTicks: ticks,
    lowTicks: ticks,
    closeTicks: ticks,
    volumeLots,
    volumeMicro,
    trades: 1,
  };
}

/** The candle after one more, later trade. */
export function extendCandle(candle: Candle, trade: Candle): Candle {
  return {
    openTicks: candle.openTicks,
    highTicks: Math.max(candle.highTicks, trade.highTicks),
    lowTicks: Math.min(candle.lowTicks, trade.lowTicks),
    closeTicks: trade.closeTicks,
    volumeLots: candle.volumeLots + trade.volumeLots,
    volumeMicro: candle.volumeMicro + trade.volumeMicro,
    trades: candle.trades + trade.trades,
  };
}
