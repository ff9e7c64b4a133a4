import type { EngineTables } from "./engine-tables.ts";

/** What a market's matched trades of the last 24 hours amount to; prices in YES ticks. */
export interface DayFigures {
  openTicks24h: number | null;
  highTicks24h: number | null;
  lowTicks24h: number | null;
  volumeLots24h: string;
  /** Lots at their YES prices. */
  volumeMicro24h: string;
  trades24h: number;
}

const DAY_MS = 86_400_000;

/** Of a market without a trade in that time. */
export const QUIET_DAY: Readonly<DayFigures> = {
  openTicks24h: null,
  highTicks24h: null,
  lowTicks24h: null,
  volumeLots24h: "0",
  volumeMicro24h: "0",
  trades24h: 0,
};

interface FiguresRow {
  market_id: bigint;
  open: number;
  high: number;
  low: number;
  lots: string;
  micro: string;
  trades: bigint;
}

/** By market id; a market without a trade in that time is not in it. */
export async function readDayFigures(
  tables: EngineTables,
  marketIds: readonly number[],
): Promise<Map<number, DayFigures>> {
  if (marketIds.length === 0) return new Map();
  const { rows } = await tables.query<FiguresRow>(
    `SELECT market_id, (array_agg(yes_price_ticks ORDER BY trade_seq))[1] AS open,
            max(yes_price_ticks) AS high, min(yes_price_ticks) AS low,
            sum(quantity_lots)::text AS lots, count(*) AS trades,
            sum(quantity_lots * yes_price_ticks * 10)::text AS micro
     FROM engine.fills WHERE market_id = ANY($1) AND time_ms >= $2 GROUP BY market_id`,
    [marketIds, Date.now() - DAY_MS],
  );
  return new Map(
    rows.map((row) => [
      Number(row.market_id),
      {
        openTicks24h: row.open,
        highTicks24h: row.high,
        lowTicks24h: row.low,
        volumeLots24h: row.lots,
        volumeMicro24h: row.micro,
        trades24h: Number(row.trades),
      },
    ]),
  );
}
