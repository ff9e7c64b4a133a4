import { ASK, BID } from "./book.ts";
import type { MarketRecord } from "./markets.ts";
import { endOrder, expiresAtMs, isFinal } from "./order-life-cycle.ts";
import type { CoreState } from "./state.ts";

/** Dead entries of the expiry heap that are tolerated before it is pruned. */
const EXPIRY_SLACK = 1024;

/** Brings the state to `timeMs`, before any command of that time: expires orders, closes markets. */
export function passTime(state: CoreState, timeMs: number): void {
  state.timeMs = timeMs;
  expireOrders(state);
  while (state.closings.nextMs <= timeMs) {
    const market = state.markets.get(state.closings.nextId);
    state.closings.pop();
    if (market.view.status === "open") closeMarket(state, market);
  }
  if (state.expiries.size > 2 * state.expiringOrders + EXPIRY_SLACK) {
    state.expiries.prune((id) => !isFinal(state.orders.get(id)));
  }
}

/** When something is due by itself: the next expiry or market close; null when nothing is. */
export function dueAtMs(state: CoreState): number | null {
  const { expiries } = state;
  while (expiries.size > 0 && isFinal(state.orders.get(expiries.nextId))) expiries.pop();
  const nextMs = Math.min(expiries.nextMs, state.closings.nextMs);
  return Number.isFinite(nextMs) ? nextMs : null;
}

/** Ends trading in a market: its resting orders are cancelled. */
export function closeMarket(state: CoreState, market: MarketRecord): void {
  market.view.status = "closed";
  state.touched.markets.add(market.index);
  for (const side of [BID, ASK] as const) {
    for (const slot of market.book.slots(side)) {
      endOrder(state, state.orders.get(state.pool.orderId[slot] as number), "market_closed");
    }
  }
}

function expireOrders(state: CoreState): void {
  while (state.expiries.nextMs <= state.timeMs) {
    const order = state.orders.get(state.expiries.nextId);
    state.expiries.pop();
    if (!isFinal(order) && expiresAtMs(state, order) <= state.timeMs) {
      endOrder(state, order, "expired");
    }
  }
}
