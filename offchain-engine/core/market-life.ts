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
