import { candles } from "ponder:schema";
import {
  CANDLE_INTERVALS,
  type CandleInterval,
  candleStart,
  extendCandle,
  firstCandle,
} from "../../../protocol/candle.ts";
import type { Database } from "./database.ts";

export interface CandleTrade {
  marketId: number;
  slug: string;
  time: number;
  yesPriceTicks: number;
  quantityLots: bigint;
  costMicro: bigint;
}

/** Puts a trade into its candle of every interval. */
export async function addToCandles(db: Database, trade: CandleTrade): Promise<void> {
  const single = firstCandle(trade.yesPriceTicks, trade.quantityLots, trade.costMicro);
  for (const interval of Object.keys(CANDLE_INTERVALS) as CandleInterval[]) {
    await db
      .insert(candles)
      .values({
        marketId: trade.marketId,
        slug: trade.slug,
        interval,
        startTime: candleStart(interval, trade.time),
        ...single,
      })
      .onConflictDoUpdate((row) => extendCandle(row, single));
  }
}
