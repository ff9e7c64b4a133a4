import {
  CANDLE_INTERVALS,
  type Candle,
  type CandleInterval,
  candleStart,
} from "../../protocol/candle.ts";
import type { EngineTables } from "./engine-tables.ts";

/** A candle with its start in unix seconds. */
export interface TimedCandle extends Candle {
  startTime: number;
}

/** Candles of matched trades, oldest first, with the last trade that they include; 0 without one. */
export interface LatestCandles {
  tradeSeq: number;
  candles: TimedCandle[];
}

interface CandleRow {
  start_time: bigint;
  open_ticks: number;
  high_ticks: number;
  low_ticks: number;
  close_ticks: number;
  volume_lots: string;
  volume_micro: string;
  trades: bigint;
  trade_seq: bigint;
}

/** From the trade after the last one before $2; the index on (market_id, trade_seq) finds it from the end. */
const LATEST = `
  SELECT $3 + width * floor((time_ms / 1000 - $3)::numeric / width)::bigint AS start_time,
         (array_agg(yes_price_ticks ORDER BY trade_seq))[1] AS open_ticks,
         max(yes_price_ticks) AS high_ticks, min(yes_price_ticks) AS low_ticks,
         (array_agg(yes_price_ticks ORDER BY trade_seq DESC))[1] AS close_ticks,
         sum(quantity_lots)::text AS volume_lots,
         sum(quantity_lots * 10 * CASE taker_outcome WHEN 1 THEN yes_price_ticks
                                  ELSE 1000 - yes_price_ticks END)::text AS volume_micro,
         count(*) AS trades, max(trade_seq) AS trade_seq
  FROM engine.fills, (SELECT $4::bigint AS width) AS by
  WHERE market_id = $1 AND trade_seq > coalesce(
    (SELECT trade_seq FROM engine.fills WHERE market_id = $1 AND time_ms < $2
     ORDER BY trade_seq DESC LIMIT 1), 0)
  GROUP BY start_time ORDER BY start_time`;

/** The candle of the trade at `lastTradeMs`, and the one before it where there were trades. */
export async function readLatestCandles(
  tables: EngineTables,
  filter: { marketId: number; interval: CandleInterval; lastTradeMs: number },
): Promise<LatestCandles> {
  const { marketId, interval } = filter;
  const width = CANDLE_INTERVALS[interval];
  const start = candleStart(interval, Math.floor(filter.lastTradeMs / 1000));
  const { rows } = await tables.query<CandleRow>(LATEST, [
    marketId,
    (start - width) * 1000,
    // Where candles of this width begin; any one start tells.
    start,
    width,
  ]);
  return {
    tradeSeq: Number(rows.at(-1)?.trade_seq ?? 0),
    candles: rows.map((row) => ({
      startTime: Number(row.start_time),
      openTicks: row.open_ticks,
      highTicks: row.high_ticks,
      lowTicks: row.low_ticks,
      closeTicks: row.close_ticks,
      volumeLots: BigInt(row.volume_lots),
      volumeMicro: BigInt(row.volume_micro),
      trades: Number(row.trades),
    })),
  };
}
