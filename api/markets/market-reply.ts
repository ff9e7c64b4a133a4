import type { Market } from "../../protocol/wire/market.ts";
import type { MarketStats } from "../index-reads/market-stats.ts";
import { readMarketStats } from "../index-reads/market-stats.ts";
import type { MirroredMarket } from "../mirror/exchange-mirror.ts";
import type { Services } from "../services.ts";

/** A market as `/v1/markets` shows it. */
export function marketReply(market: MirroredMarket, stats: MarketStats | null): Market {
  return {
    ...market.view,
    bestBidTicks: market.book.bids(1)[0]?.[0] ?? null,
    bestAskTicks: market.book.asks(1)[0]?.[0] ?? null,
    stats,
  };
}

/** One market with the index's figures of it, if the index is there. */
export async function oneMarketReply(market: MirroredMarket, services: Services): Promise<Market> {
  const stats = await readMarketStats(services.pool, [market.view.marketId]);
  return marketReply(market, stats.get(market.view.marketId) ?? null);
}
