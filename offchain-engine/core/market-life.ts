import { EventKind } from "./event-log.ts";
import { MarketPhase } from "./markets.ts";
import type { CoreState } from "./state.ts";
import { closeMarket } from "./time.ts";

/** Opens a market until `closeTimeMs`; gives its index. */
export function createMarket(
  state: CoreState,
  priceStep: number,
  takerFeeBps: number,
  closeTimeMs: number,
): number {
  const market = state.markets.add(priceStep, takerFeeBps);
  state.ladders.ensure(market + 1);
  state.closings.push(closeTimeMs, market);
  state.events.add1(EventKind.MARKET, market);
  return market;
}

/** A payout was proposed or has become final. */
export function decideMarket(
  state: CoreState,
  market: number,
  phase: MarketPhase,
  payoutYes: number,
): void {
  if (state.markets.phase(market) === MarketPhase.OPEN) closeMarket(state, market);
  state.markets.setPhase(market, phase);
  if (phase !== MarketPhase.PROPOSED) state.markets.setMark(market, payoutYes);
  state.events.add1(EventKind.MARKET, market);
}

/** A market's creation was undone: nothing is traded there. Its number stays its own. */
export function uncreateMarket(state: CoreState, market: number): void {
  if (state.markets.phase(market) === MarketPhase.OPEN) closeMarket(state, market);
  state.closings.prune((closing) => closing !== market);
}

/** A market whose creation was undone is created again, with these terms. */
export function recreateMarket(
  state: CoreState,
  market: number,
  priceStep: number,
  takerFeeBps: number,
  closeTimeMs: number,
): void {
  state.markets.setTerms(market, priceStep, takerFeeBps);
  state.markets.setPhase(market, MarketPhase.OPEN);
  state.closings.push(closeTimeMs, market);
  state.events.add1(EventKind.MARKET, market);
}

/** A decision was undone: the market is in its earlier phase, or closed when its time has come since. */
export function undecideMarket(
  state: CoreState,
  market: number,
  phase: MarketPhase,
  markYesTicks: number,
  closeTimeMs: number,
): void {
  const isOver = phase === MarketPhase.OPEN && closeTimeMs <= state.timeMs;
  state.markets.setPhase(market, isOver ? MarketPhase.CLOSED : phase);
  state.markets.setMark(market, markYesTicks);
  state.events.add1(EventKind.MARKET, market);
}
