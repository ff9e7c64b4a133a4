import { EndReason, EventKind } from "./event-log.ts";
import { ASK, BID } from "./ladders.ts";
import { MarketPhase } from "./markets.ts";
import { endOrder, isResting } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** Dead entries of the expiry heap that are tolerated before it is pruned. */
const EXPIRY_SLACK = 1024;

/** Brings the state to `timeMs`, before any command of that time: expires orders, closes markets. */
export function passTime(state: CoreState, timeMs: number): void {
  state.timeMs = timeMs;
  const { expiries, closings } = state;
  while (expiries.nextMs <= timeMs) {
    const order = expiries.nextId;
    const slot = expiries.nextNote;
    expiries.pop();
    if (isResting(state, slot, order)) endOrder(state, slot, EndReason.EXPIRED);
  }
  while (closings.nextMs <= timeMs) {
    const market = closings.nextId;
    closings.pop();
    if (state.markets.phase(market) === MarketPhase.OPEN) closeMarket(state, market);
  }
  if (expiries.size > 2 * state.expiringOrders + EXPIRY_SLACK) {
    expiries.prune((order, slot) => isResting(state, slot, order));
  }
}

/** When something is due by itself: the next expiry or market close; null when nothing is. */
export function dueAtMs(state: CoreState): number | null {
  const { expiries } = state;
  while (expiries.size > 0 && !isResting(state, expiries.nextNote, expiries.nextId)) expiries.pop();
  const nextMs = Math.min(expiries.nextMs, state.closings.nextMs);
  return Number.isFinite(nextMs) ? nextMs : null;
}

/** Ends trading in a market: its resting orders are cancelled. */
export function closeMarket(state: CoreState, market: number): void {
  state.markets.setPhase(market, MarketPhase.CLOSED);
  state.events.add1(EventKind.MARKET, market);
  for (const side of [BID, ASK] as const) {
    for (const slot of state.ladders.slotsOf(market, side)) {
      endOrder(state, slot, EndReason.MARKET_CLOSED);
    }
  }
}
