import type { EventTable } from "./table.ts";

/** Markets appear, are decided, and trading halts and goes on. */
export const marketEvents = {
  MarketCreated: ({ marketId, ...market }) => ({
    type: "market_created",
    marketId: Number(marketId),
    groupId: market.groupId === 0n ? null : Number(market.groupId),
    slug: market.slug,
    question: market.question,
    rules: market.rules,
    category: market.category,
    resolver: market.resolver,
    closeTime: market.closeTime,
    resolveDeadline: market.resolveDeadline,
    takerFeeBps: market.takerFeeBps,
    priceStep: market.priceStep,
  }),
  MarketProposed: ({ marketId, payoutYes }) => ({
    type: "market_proposed",
    marketId: Number(marketId),
    payoutYes,
  }),
  MarketResolved: ({ marketId, payoutYes, isVoid }) => ({
    type: "market_resolved",
    marketId: Number(marketId),
    payoutYes,
    isVoid,
  }),
  TradingPaused: () => ({ type: "trading_paused" }),
  TradingResumed: () => ({ type: "trading_resumed" }),
} satisfies EventTable;
