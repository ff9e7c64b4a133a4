import type { CreateMarketRequest } from "../../protocol/wire/market.ts";

const DAY_SECONDS = 86_400;
const MARKET_DAYS = 30;
const RESOLVE_WITHIN_DAYS = 14;

/** Quotes that a dev account rests on a market, as decimal prices of each outcome and shares. */
export interface Quotes {
  yes: [price: string, shares: string][];
  no: [price: string, shares: string][];
}

export interface DemoMarket {
  request: CreateMarketRequest;
  quotes: Quotes;
}

/** A ladder on both sides of `yesPercent`, so that YES and NO can be bought at once. */
function ladder(yesPercent: number): Quotes {
  const steps = [2, 4, 7];
  const price = (percent: number) => `0.${String(percent).padStart(2, "0")}`;
  return {
    yes: steps.map((step) => [price(yesPercent - step), String(step * 50)]),
    no: steps.map((step) => [price(100 - yesPercent - step), String(step * 50)]),
  };
}

/**
 * The markets that a fresh exchange starts with: two that the ETH price feed resolves against
 * `ethPrice` (8 decimals), two free-form ones.
 */
export function demoMarkets(nowSeconds: number, ethPrice: bigint): DemoMarket[] {
  const times = {
    closeTime: nowSeconds + MARKET_DAYS * DAY_SECONDS,
    resolveDeadline: nowSeconds + (MARKET_DAYS + RESOLVE_WITHIN_DAYS) * DAY_SECONDS,
  };
  const dollars = `${ethPrice / 100_000_000n} USD`;
  return [
    {
      request: {
        slug: "eth-75-up",
        question: "Will ETH be at least 75 % above its price of today in 30 days?",
        rules: `YES if the ETH/USD feed's first round at or after the close is at or above 1.75 × ${dollars}, else NO.`,
        category: "crypto",
        ...times,
        resolution: {
          kind: "price_at_or_above",
          symbol: "ETH",
          threshold: String((ethPrice * 175n) / 100n),
        },
      },
      quotes: ladder(12),
    },
    {
      request: {
        slug: "eth-no-change",
        question: "Will ETH be within 0.1 % of its price of today in 30 days?",
        rules: `YES if the ETH/USD feed's first round at or after the close differs from ${dollars} by at most 0.1 %, else NO.`,
        category: "crypto",
        ...times,
        resolution: {
          kind: "price_within",
          symbol: "ETH",
          basePrice: String(ethPrice),
          bandBps: 10,
        },
      },
      quotes: ladder(9),
    },
    {
      request: {
        slug: "arctic-ice-record-low",
        question: "Will this year's Arctic sea ice minimum be a new record low?",
        rules:
          "YES if the yearly minimum extent is below that of 2012 by the NSIDC's figures, else NO.",
        category: "climate",
        takerFeeBps: 20,
        ...times,
        resolution: { kind: "manual" },
      },
      quotes: ladder(35),
    },
    {
      request: {
        slug: "ai-wins-league",
        question: "Will an AI agent lead the profit table at the end of this month?",
        rules:
          "YES if the account at the top of the leaderboard by profit belongs to an AI agent, else NO.",
        category: "league",
        takerFeeBps: 20,
        ...times,
        resolution: { kind: "manual" },
      },
      quotes: ladder(60),
    },
  ];
}
