import type { EngineFeed } from "./engine-feed.ts";
import type { ExchangeMirror, MirroredMarket } from "./exchange-mirror.ts";

/** Waits for what the chain brought to reach the engine's own view. */
export interface MarketArrivals {
  /** Resolves once the market satisfies `condition`, or null after `timeoutMs`. */
  when(
    slug: string,
    condition: (market: MirroredMarket) => boolean,
    timeoutMs: number,
  ): Promise<MirroredMarket | null>;
}

/** Listens to the feed; nothing polls. */
export function createMarketArrivals(feed: EngineFeed, mirror: ExchangeMirror): MarketArrivals {
  const waiting = new Set<() => void>();
  const check = () => {
    for (const attempt of [...waiting]) attempt();
  };
  feed.listen({
    applied: (events) => {
      if (events.some((event) => event.type === "market")) check();
    },
    reset: check,
  });
  return {
    when(slug, condition, timeoutMs) {
      return new Promise((resolve) => {
        const finish = (market: MirroredMarket | null) => {
          clearTimeout(timer);
          waiting.delete(attempt);
          resolve(market);
        };
        const attempt = () => {
          const market = mirror.bySlug(slug);
          if (market && condition(market)) finish(market);
        };
        const timer = setTimeout(() => finish(null), timeoutMs);
        waiting.add(attempt);
        attempt();
      });
    },
  };
}
