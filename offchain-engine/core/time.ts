import { switchOff } from "./dead-mans-switch.ts";
import { EndReason, EventKind } from "./event-log.ts";
import { ASK, BID } from "./ladders.ts";
import { MarketPhase } from "./markets.ts";
import { endOrder, isResting } from "./resting-order.ts";
import type { CoreState } from "./state.ts";
import { NEVER_MS, passPhases } from "./trading-phase.ts";

/** Dead entries of the expiry heap that are tolerated before it is pruned. */
const EXPIRY_SLACK = 1024;

/**
 * Brings the state to `timeMs`, before any command of that time: expires orders, closes markets, sets off
 * dead man's switches, goes on to the next trading phase.
 */
export function passTime(state: CoreState, timeMs: number): void {
  state.timeMs = timeMs;
  if (state.phases.nextMs <= timeMs) passPhases(state);
  const { expiries, closings, heartbeats } = state;
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
  while (heartbeats.nextMs <= timeMs) switchOff(state, heartbeats.takeDue());
  if (expiries.size > 2 * state.expiringOrders + EXPIRY_SLACK) {
    expiries.prune((order, slot) => isResting(state, slot, order));
  }
}

/** When something is due by itself: an expiry, a close, a switch or a phase; null when nothing is. */
export function dueAtMs(state: CoreState): number | null {
  const { expiries } = state;
  while (expiries.size > 0 && !isResting(state, expiries.nextNote, expiries.nextId)) expiries.pop();
  const { closings, heartbeats, phases } = state;
  const nextMs = Math.min(expiries.nextMs, closings.nextMs, heartbeats.nextMs, phases.nextMs);
  return nextMs >= NEVER_MS ? null : nextMs;
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
