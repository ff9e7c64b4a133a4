import { costMicro, PRICE_SCALE, Side } from "../../protocol/units.ts";
import { EndReason } from "./event-log.ts";
import type { Funds } from "./funds.ts";
import { ASK, BID, TICK_BITS, TICK_MASK } from "./ladders.ts";
import { unlinkOpenOrder } from "./open-orders.ts";
import { isPackedDated, packedExpiry, packedOutcome, packedSide } from "./order-terms.ts";
import type { CoreState } from "./state.ts";

// Bound here, since V8 folds the constants of a file itself, and not those that it imports.
const { BUY } = Side;
const { REPLACED } = EndReason;
const SCALE = PRICE_SCALE;
const BIDS = BID;
const ASKS = ASK;
const LEVEL_BITS = TICK_BITS;
const LEVEL_MASK = TICK_MASK;

export function marketOf(state: CoreState, slot: number): number {
  return state.slots.level(slot) >> LEVEL_BITS;
}

/** Counted per nonce: an amending order starts with what its predecessor filled. */
export function filledLots(state: CoreState, slot: number): number {
  return state.slots.quantity(slot) - state.slots.remaining(slot);
}

/** In ticks of the order's own outcome. */
export function priceTicksOf(state: CoreState, slot: number): number {
  const tick = state.slots.level(slot) & LEVEL_MASK;
  return packedOutcome(state.slots.terms(slot)) === 1 ? tick : SCALE - tick;
}

/** Unix seconds; 0 for none. */
export function expiryOf(state: CoreState, slot: number): number {
  const packed = state.slots.terms(slot);
  return isPackedDated(packed) ? packedExpiry(packed, state.slots.expiryLow(slot)) : 0;
}

/** Whether the slot still holds the order of that number. */
export function isResting(state: CoreState, slot: number, order: number): boolean {
  return state.slots.order(slot) === (order | 0);
}

/** Whether it locks cash: a buy. */
export function locksCash(state: CoreState, slot: number): boolean {
  return packedSide(state.slots.terms(slot)) === BUY;
}

/** What a resting order holds, micro or lots: exactly the rest of it, since a maker pays no fee. */
export function lockedAmount(state: CoreState, slot: number): number {
  const lots = state.slots.remaining(slot);
  return locksCash(state, slot) ? costMicro(priceTicksOf(state, slot), lots) : lots;
}

/** The entry of its funds that the order locks. */
export function lockEntry(state: CoreState, slot: number): number {
  return locksCash(state, slot) ? state.slots.account(slot) : state.slots.shareEntry(slot);
}

export function lockedFunds(state: CoreState, slot: number): Funds {
  return locksCash(state, slot) ? state.cash : state.shares;
}

/** Takes a resting order out of the book and of its account; its slot is free. */
export function leaveBook(state: CoreState, slot: number): void {
  const { slots } = state;
  if (isPackedDated(slots.terms(slot))) state.expiringOrders--;
  state.ladders.remove(slot);
  unlinkOpenOrder(slots, state.accounts, slots.account(slot), slot);
  slots.free(slot);
}

/** Ends a resting order for `reason`; what it locked is free again. */
export function endOrder(state: CoreState, slot: number, reason: EndReason): void {
  const { ladders, slots } = state;
  const level = slots.level(slot);
  const lots = slots.remaining(slot);
  const packed = slots.terms(slot);
  const market = level >> LEVEL_BITS;
  const tick = level & LEVEL_MASK;
  const isBuy = packedSide(packed) === BUY;
  const isYes = packedOutcome(packed) === 1;
  const amount = isBuy ? costMicro(isYes ? tick : SCALE - tick, lots) : lots;
  const entry = isBuy ? slots.account(slot) : slots.shareEntry(slot);
  const funds = isBuy ? state.cash : state.shares;
  const before = ladders.volumeLots(market, tick);
  const place = placeOf(market, isBuy === isYes ? BIDS : ASKS, tick);
  // Here, so that memory brings the entry's line together with the level's. Without topping up: an
  // amending order locks next, in the same entry, and a delayed exit must not come between.
  funds.unlockForRelock(entry, amount);
  leaveBook(state, slot);
  state.events.addEnd(slot, reason, place, before, before - lots, isBuy ? entry : ~(entry >> 1));
  if (reason !== REPLACED) funds.topUp(entry);
}

/** A level and its side in one number, as events name it. */
export function placeOf(market: number, side: number, tick: number): number {
  return (((market << 1) | side) << LEVEL_BITS) | tick;
}
