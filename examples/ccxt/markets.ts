import type { Market } from "../../sdk/index.ts";
import { datetimeOf, known, moneyOf, priceOf, sharesOf, ticksOf } from "./floats.ts";
import type { CcxtEvent, CcxtMarket, CcxtOutcome, OutcomeNames } from "./structures.ts";

const MAX_LOTS = 4_294_967_294;

/** `eth-75-up` → `ETH_75_UP`. */
function handleOf(slug: string): string {
  return slug.replaceAll("-", "_").toUpperCase();
}

/** An event is a group of exclusive markets, or a market by itself. */
function eventOf({ groupId, slug }: Pick<Market, "groupId" | "slug">): string {
  return groupId === null ? handleOf(slug) : `GROUP_${groupId}`;
}

export function namesOf(
  market: Pick<Market, "marketId" | "groupId" | "slug">,
  label: "YES" | "NO",
): OutcomeNames {
  const handle = handleOf(market.slug);
  return {
    outcome: `${handle}:${label}`,
    outcomeId: String(BigInt(market.marketId) * 2n + (label === "YES" ? 1n : 0n)),
    label,
    market: handle,
    event: eventOf(market),
  };
}

/** What of 1 the outcome is paid; undefined before the resolution. */
export function settleFraction(market: Market, label: "YES" | "NO"): number | undefined {
  const isFinal = market.status === "resolved" || market.status === "void";
  return isFinal ? known(market.payoutYes, (yes) => priceOf(ticksOf(label, yes))) : undefined;
}

function toOutcome(market: Market, label: "YES" | "NO"): CcxtOutcome {
  const { bestBidTicks, bestAskTicks, stats, priceStep } = market;
  const price = (ticks: number) => priceOf(ticksOf(label, ticks));
  const [bid, ask] = label === "YES" ? [bestBidTicks, bestAskTicks] : [bestAskTicks, bestBidTicks];
  const fraction = settleFraction(market, label);
  return {
    ...namesOf(market, label),
    marketId: String(market.marketId),
    price: known(stats?.lastYesPriceTicks, price),
    bid: known(bid, price),
    ask: known(ask, price),
    active: market.status === "open",
    winner: known(fraction, (paid) => paid === 1),
    settleFraction: fraction,
    precision: { price: priceOf(priceStep), amount: sharesOf(1) },
    info: market,
  };
}

export function toMarket(market: Market, collateral: string): CcxtMarket {
  const outcomes = [toOutcome(market, "YES"), toOutcome(market, "NO")];
  const { status, closeTime, stats } = market;
  return {
    id: String(market.marketId),
    market: handleOf(market.slug),
    event: eventOf(market),
    marketType: "binary",
    executionModel: "clob",
    title: market.question,
    description: market.rules,
    outcomes,
    collateral,
    active: status === "open",
    closed: status !== "open",
    resolved: status === "resolved" || status === "void",
    resolvedOutcome: outcomes.find(({ winner }) => winner)?.outcome,
    end: closeTime * 1000,
    endDatetime: datetimeOf(closeTime * 1000),
    volume: known(stats?.volumeMicro, moneyOf),
    openInterest: known(stats?.openInterestLots, sharesOf),
    tickSize: priceOf(market.priceStep),
    limits: { amount: { min: sharesOf(1), max: sharesOf(MAX_LOTS) } },
    fees: { trading: market.takerFeeBps / 10_000 },
    resolutionSource: market.resolver,
    info: market,
  };
}

/** What a group is called; null while the index is behind. */
export interface GroupName {
  slug: string | null;
  title: string | null;
}

/** The events that the markets make; where a group's own name is not known, its first member's stands for it. */
export function toEvents(
  markets: readonly Market[],
  collateral: string,
  groups: ReadonlyMap<number, GroupName> = new Map(),
): CcxtEvent[] {
  const byEvent = Map.groupBy(markets, eventOf);
  return [...byEvent].map(([event, members]) => {
    const sorted = members.toSorted((a, b) => a.marketId - b.marketId);
    const [first] = sorted as [Market];
    const its = sorted.map((market) => toMarket(market, collateral));
    const end = Math.max(...its.map((market) => market.end));
    const volumes = its.map(({ volume }) => volume ?? Number.NaN);
    const volume = volumes.reduce((sum, one) => sum + one, 0);
    const group = first.groupId === null ? undefined : groups.get(first.groupId);
    return {
      id: String(first.groupId ?? first.marketId),
      event,
      title: group?.title ?? first.question,
      description: first.rules,
      slug: group?.slug ?? first.slug,
      category: first.category,
      markets: its,
      mutuallyExclusive: first.groupId !== null,
      active: its.some(({ active }) => active),
      resolved: its.every(({ resolved }) => resolved),
      volume: Number.isNaN(volume) ? undefined : volume,
      end,
      endDatetime: datetimeOf(end),
      info: sorted,
    };
  });
}
