/** Candle widths in seconds, by the name that readers ask for. */
export const CANDLE_INTERVALS = {
  "1s": 1,
  "1m": 60,
  "5m": 300,
  "15m": 900,
  "1h": 3_600,
  "4h": 14_400,
  "1d": 86_400,
  "1w": 604_800,
} as const;
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

/** The first Monday of unix time: its first day was a Thursday. Whole days, so all other widths fit too. */
const FIRST_MONDAY = 4 * 86_400;

/** The start, in unix seconds, of the candle that `time` falls into. Weeks start on Monday, at midnight UTC. */
export function candleStart(interval: CandleInterval, time: number): number {
  const width = CANDLE_INTERVALS[interval];
  const offset = interval === "1w" ? FIRST_MONDAY : 0;
  return time - ((((time - offset) % width) + width) % width);
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
