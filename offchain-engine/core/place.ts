import { TimeInForce } from "../../protocol/order.ts";
import { costMicro, Side } from "../../protocol/units.ts";
import { type Admitted, admit, blankAdmitted } from "./admission.ts";
import { assert } from "./assert.ts";
import { EndReason, EventKind } from "./event-log.ts";
import type { Funds } from "./funds.ts";
import { TICK_BITS, TICK_MASK } from "./ladders.ts";
import { blankTaker, matchOrder, type Taker } from "./matching.ts";
import { linkOpenOrder } from "./open-orders.ts";
import { NO_REPLACED, type PlaceTerms, packTerms } from "./order-terms.ts";
import { Refusal } from "./refusal.ts";
import { endOrder, lockEntry, lockedAmount, lockedFunds, placeOf } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

// Bound here, since V8 folds the constants of a file itself, and not those that it imports.
const { NONE } = Refusal;
const { BUY } = Side;
const { FAK, FOK } = TimeInForce;
const { RESTS } = EventKind;
const NEW = NO_REPLACED;

// Filled anew by each order and read by no other, so that none needs an object of its own.
const admitted: Admitted = blankAdmitted();
const taker: Taker = blankTaker();

/** Takes an order in, matches it, and lets what remains rest, or ends it; or says why not. */
export function place(state: CoreState, terms: PlaceTerms): Refusal {
  const refusal = admit(state, terms, admitted);
  if (refusal !== NONE) return refusal;
  const { replaces } = terms;
  if (replaces !== NEW && admitted.keepsPlace) {
    lowerQuantity(state, terms);
    return NONE;
  }
  if (replaces !== NEW) {
    endOrder(state, replaces, EndReason.REPLACED);
    admitted.levelLots = state.ladders.volumeLots(terms.market, admitted.yesTicks);
  }
  const { account } = terms;
  const isBuy = terms.side === BUY;
  taker.account = account;
  taker.market = terms.market;
  taker.isBuy = isBuy;
  taker.outcome = terms.outcome;
  taker.shareEntry = admitted.shareEntry;
  taker.nonce = state.nonces.use(account, terms.nonceHigh, terms.nonceLow);
  taker.order = ++state.lastOrder;
  taker.lots = admitted.lots;
  const funds = isBuy ? state.cash : state.shares;
  if (admitted.crosses) {
    take(state, terms, funds);
  } else if (terms.timeInForce === FAK) {
    state.events.add1(EventKind.COMMAND_ENDED, EndReason.FAK_REMAINDER);
  } else {
    const amount = isBuy ? costMicro(terms.priceTicks, taker.lots) : taker.lots;
    funds.lock(isBuy ? account : taker.shareEntry, amount);
    restOrder(state, terms, admitted.levelLots);
  }
  funds.topUp(isBuy ? account : taker.shareEntry);
  return NONE;
}

/** Matches an order that crosses the book, and lets what remains rest, or ends it. */
function take(state: CoreState, terms: PlaceTerms, funds: Funds): void {
  const { side, yesTicks } = admitted;
  const { isBuy } = taker;
  funds.lock(isBuy ? taker.account : taker.shareEntry, admitted.lockAmount);
  taker.lockedMicro = admitted.lockAmount;
  taker.feeBps = state.markets.takerFeeBps(terms.market);
  const stop = matchOrder(state, taker, side, yesTicks, terms.selfTrade);
  const entry = isBuy ? taker.account : taker.shareEntry;
  if (taker.lots > 0 && stop === null && terms.timeInForce !== FAK) {
    assert(terms.timeInForce !== FOK, "an admitted FOK order fills completely");
    const resting = isBuy ? costMicro(terms.priceTicks, taker.lots) : taker.lots;
    funds.unlockForRelock(entry, taker.lockedMicro - resting);
    restOrder(state, terms, state.ladders.volumeLots(terms.market, yesTicks));
    return;
  }
  funds.unlockForRelock(entry, taker.lockedMicro);
  if (taker.lots === 0) return;
  state.events.add1(EventKind.COMMAND_ENDED, stop ?? EndReason.FAK_REMAINDER);
}

/** Puts what remains of the order in the book, behind all of its price. */
function restOrder(state: CoreState, terms: PlaceTerms, before: number): void {
  const { slots, ladders } = state;
  const { side, yesTicks } = admitted;
  const { market, expirySeconds } = terms;
  const slot = slots.take();
  slots.setRemaining(slot, taker.lots);
  slots.setAccount(slot, taker.account);
  slots.setOrder(slot, taker.order);
  slots.setQuantity(slot, terms.quantityLots);
  slots.setShareEntry(slot, taker.shareEntry);
  slots.setNonce(slot, taker.nonce);
  slots.setTerms(slot, packTerms(terms));
  ladders.append(market, side, yesTicks, slot);
  linkOpenOrder(slots, state.accounts, taker.account, slot);
  const place = placeOf(market, side, yesTicks);
  state.events.addRest(RESTS, slot, place, before, before + taker.lots);
  if (expirySeconds === 0) return;
  slots.setExpiryLow(slot, expirySeconds);
  state.expiringOrders++;
  state.expiries.push(expiresAtMs(state, expirySeconds), taker.order, slot);
}

/** When an order leaves the book: before its expiry, by the time that settlement needs. */
export function expiresAtMs(state: CoreState, expirySeconds: number): number {
  return expirySeconds * 1000 - state.limits.expiryLeadMs;
}

/** Amends a resting order to a smaller quantity, in its place in the queue. */
function lowerQuantity(state: CoreState, terms: PlaceTerms): void {
  const { ladders, slots } = state;
  const { replaces: slot } = terms;
  const order = ++state.lastOrder;
  const level = slots.level(slot);
  const market = level >> TICK_BITS;
  const tick = level & TICK_MASK;
  const before = ladders.volumeLots(market, tick);
  const lockedBefore = lockedAmount(state, slot);
  ladders.reduce(slot, slots.remaining(slot) - admitted.lots);
  slots.setQuantity(slot, terms.quantityLots);
  slots.setOrder(slot, order);
  const place = placeOf(market, ladders.sideOf(market, tick), tick);
  const after = ladders.volumeLots(market, tick);
  state.events.addRest(EventKind.LOWERED, slot, place, before, after);
  const surplus = lockedBefore - lockedAmount(state, slot);
  lockedFunds(state, slot).unlock(lockEntry(state, slot), surplus);
  if (terms.expirySeconds === 0) return;
  state.expiries.push(expiresAtMs(state, terms.expirySeconds), order, slot);
}

/** Micro or lots that the last order, taken in or refused for want of them, needs. */
export function neededLock(): number {
  return admitted.lockAmount;
}
