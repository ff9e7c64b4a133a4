import { costMicro, PRICE_SCALE, Side } from "../../protocol/units.ts";
import { EndReason } from "./event-log.ts";
import type { Funds } from "./funds.ts";
import { ASK, BID, TICK_BITS, TICK_MASK } from "./ladders.ts";
import { unlinkOpenOrder } from "./open-orders.ts";
import {
  ACCOUNT,
  EXPIRY_LOW,
  LEVEL,
  ORDER_ID,
  PACKED_TERMS,
  QUANTITY,
  REMAINING,
  SHARE_ENTRY,
  SLOT_SHIFT,
} from "./order-slots.ts";
import { isPackedDated, packedExpiry, packedOutcome, packedSide } from "./order-terms.ts";
import type { CoreState } from "./state.ts";

/** A word of the order's terms. */
export function termOf(state: CoreState, slot: number, field: number): number {
  return state.slots.words[(slot << SLOT_SHIFT) | field] as number;
}

export function accountOf(state: CoreState, slot: number): number {
  return state.slots.words[(slot << SLOT_SHIFT) | ACCOUNT] as number;
}

export function marketOf(state: CoreState, slot: number): number {
  return (state.slots.words[(slot << SLOT_SHIFT) | LEVEL] as number) >> TICK_BITS;
}

export function remainingLots(state: CoreState, slot: number): number {
  return (state.slots.words[(slot << SLOT_SHIFT) | REMAINING] as number) >>> 0;
}

/** Counted per nonce: an amending order starts with what its predecessor filled. */
export function filledLots(state: CoreState, slot: number): number {
  return (termOf(state, slot, QUANTITY) >>> 0) - remainingLots(state, slot);
}

/** In ticks of the order's own outcome. */
export function priceTicksOf(state: CoreState, slot: number): number {
  const tick = (state.slots.words[(slot << SLOT_SHIFT) | LEVEL] as number) & TICK_MASK;
  return packedOutcome(termOf(state, slot, PACKED_TERMS)) === 1 ? tick : PRICE_SCALE - tick;
}

/** Unix seconds; 0 for none. */
export function expiryOf(state: CoreState, slot: number): number {
  return packedExpiry(termOf(state, slot, PACKED_TERMS), termOf(state, slot, EXPIRY_LOW));
}

/** Whether the slot still holds the order of that number. */
export function isResting(state: CoreState, slot: number, order: number): boolean {
  return state.slots.words[(slot << SLOT_SHIFT) | ORDER_ID] === (order | 0);
}

/** Whether it locks cash: a buy. */
export function locksCash(state: CoreState, slot: number): boolean {
  return packedSide(termOf(state, slot, PACKED_TERMS)) === Side.BUY;
}

/** What a resting order holds, micro or lots: exactly the rest of it, since a maker pays no fee. */
export function lockedAmount(state: CoreState, slot: number): number {
  const lots = remainingLots(state, slot);
  return locksCash(state, slot) ? costMicro(priceTicksOf(state, slot), lots) : lots;
}

/** The entry of its funds that the order locks. */
export function lockEntry(state: CoreState, slot: number): number {
  return locksCash(state, slot) ? accountOf(state, slot) : termOf(state, slot, SHARE_ENTRY);
}

export function lockedFunds(state: CoreState, slot: number): Funds {
  return locksCash(state, slot) ? state.cash : state.shares;
}

/** Takes a resting order out of the book and of its account; its slot is free. */
export function leaveBook(state: CoreState, slot: number): void {
  const { slots } = state;
  const packed = slots.words[(slot << SLOT_SHIFT) | PACKED_TERMS] as number;
  if (isPackedDated(packed)) state.expiringOrders--;
  const account = slots.words[(slot << SLOT_SHIFT) | ACCOUNT] as number;
  state.ladders.remove(slot);
  unlinkOpenOrder(slots, state.accounts, account, slot);
  slots.free(slot);
}

/** Ends a resting order for `reason`; what it locked is free again. */
export function endOrder(state: CoreState, slot: number, reason: EndReason): void {
  const { ladders, slots } = state;
  const at = slot << SLOT_SHIFT;
  const level = slots.words[at | LEVEL] as number;
  const lots = (slots.words[at | REMAINING] as number) >>> 0;
  const packed = slots.words[(slot << SLOT_SHIFT) | PACKED_TERMS] as number;
  const market = level >> TICK_BITS;
  const tick = level & TICK_MASK;
  const isBuy = packedSide(packed) === Side.BUY;
  const ticks = packedOutcome(packed) === 1 ? tick : PRICE_SCALE - tick;
  const amount = isBuy ? costMicro(ticks, lots) : lots;
  const entry = isBuy
    ? (slots.words[at | ACCOUNT] as number)
    : (slots.words[(slot << SLOT_SHIFT) | SHARE_ENTRY] as number);
  const funds = isBuy ? state.cash : state.shares;
  const before = ladders.volumeLots(market, tick);
  const side = isBuy === (packedOutcome(packed) === 1) ? BID : ASK;
  leaveBook(state, slot);
  const place = placeOf(market, side, tick);
  state.events.addEnd(slot, reason, place, before, before - lots, isBuy ? entry : ~(entry >> 1));
  // The amending order locks next, in the same entry; a delayed exit must not come between.
  funds.unlockForRelock(entry, amount);
  if (reason !== EndReason.REPLACED) funds.topUp(entry);
}

/** A level and its side in one number, as events name it. */
export function placeOf(market: number, side: number, tick: number): number {
  return (((market << 1) | side) << TICK_BITS) | tick;
}
