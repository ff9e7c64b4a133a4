import type { Pool } from "../../platform/postgres/pool.ts";
import type { Market } from "../../protocol/wire/market.ts";
import { fromIndexOrNull } from "./from-index.ts";

export type MarketStats = NonNullable<Market["stats"]>;

/** The index's figures of the given markets; a market that it has not seen is missing. */
export async function readMarketStats(
  pool: Pool,
  marketIds: readonly number[],
): Promise<Map<number, MarketStats>> {
  const result = await fromIndexOrNull(() =>
    pool.query<{
      market_id: bigint;
      volume_micro: string;
      open_interest_lots: string;
      last_yes_price_ticks: number | null;
    }>(
      `SELECT market_id, volume_micro, open_interest_lots, last_yes_price_ticks
       FROM chain.markets WHERE market_id = ANY($1)`,
      [marketIds],
    ),
  );
  const entries = (result?.rows ?? []).map((row): [number, MarketStats] => [
    Number(row.market_id),
    {
      volumeMicro: row.volume_micro,
      openInterestLots: row.open_interest_lots,
      lastYesPriceTicks: row.last_yes_price_ticks,
    },
  ]);
  return new Map(entries);
}
