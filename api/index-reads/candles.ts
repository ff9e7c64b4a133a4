import type { Pool } from "../../platform/postgres/pool.ts";
import type { CandlesReply } from "../../protocol/wire/market.ts";
import { fromIndex } from "./from-index.ts";

interface CandleRow {
  start_time: bigint;
  open_ticks: number;
  high_ticks: number;
  low_ticks: number;
  close_ticks: number;
  volume_lots: string;
  volume_micro: string;
  trades: bigint;
}

/** The latest candles of a market within a time range, oldest first. */
export async function readCandles(
  pool: Pool,
  filter: {
    marketId: number;
    interval: string;
    from?: number;
    to?: number;
    limit: number;
  },
): Promise<CandlesReply["candles"]> {
  const { rows } = await fromIndex(() =>
    pool.query<CandleRow>(
      `SELECT start_time, open_ticks, high_ticks, low_ticks, close_ticks, volume_lots, volume_micro,
              trades
       FROM chain.candles
       WHERE market_id = $1 AND "interval" = $2
         AND ($3::bigint IS NULL OR start_time >= $3) AND ($4::bigint IS NULL OR start_time < $4)
       ORDER BY start_time DESC LIMIT $5`,
      [filter.marketId, filter.interval, filter.from ?? null, filter.to ?? null, filter.limit],
    ),
  );
  return rows.reverse().map((row) => ({
    startTime: Number(row.start_time),
    openTicks: row.open_ticks,
    highTicks: row.high_ticks,
    lowTicks: row.low_ticks,
    closeTicks: row.close_ticks,
    volumeLots: row.volume_lots,
    volumeMicro: row.volume_micro,
    trades: Number(row.trades),
  }));
}
