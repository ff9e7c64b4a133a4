import { TimeInForce } from "../../protocol/order.ts";
import {
  costMicro,
  feeMicroDown,
  MAX_PRICE_TICKS,
  MAX_QUANTITY_LOTS,
  MIN_PRICE_TICKS,
  PRICE_SCALE,
  Side,
} from "../../protocol/units.ts";
import { NO_ACCOUNT, OPEN_COUNT } from "./accounts.ts";
import { AVAILABLE } from "./funds.ts";
import { NO_HOLDING } from "./holdings.ts";
import { ASK, BID, type LadderSide } from "./ladders.ts";
import { MarketPhase, NO_MARKET, PHASE, PRICE_STEP, TAKER_FEE_BPS } from "./markets.ts";
import { canFill, crosses } from "./matching.ts";
import { NO_NONCE } from "./nonces.ts";
import { ACCOUNT, EXPIRY_LOW, NONCE, PACKED_TERMS, QUANTITY, SLOT_SHIFT } from "./order-slots.ts";
import {
  isDated,
  mayRest,
  NO_REPLACED,
  onlyMakes,
  type PlaceTerms,
  packedOutcome,
  packedSide,
  packTerms,
  SelfTrade,
} from "./order-terms.ts";
import { Refusal } from "./refusal.ts";
import {
  accountOf,
  filledLots,
  lockedAmount,
  marketOf,
  priceTicksOf,
  termOf,
} from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** What taking an order in needs, found out while it was admitted. One object, filled anew each time. */
export interface Admitted {
  side: LadderSide;
  yesTicks: number;
  /** What is left of it, after what its predecessor filled. */
  lots: number;
  filledLots: number;
  /** The amendment only lowers the quantity: it keeps its place in the queue, and never takes. */
  keepsPlace: boolean;
  /** Whether it meets the best price of the other side. */
  crosses: boolean;
  /** Micro of cash, or lots of shares. */
  lockAmount: number;
  /** Entry of the shares that it sells; `NO_HOLDING` for a buy. */
  shareEntry: number;
}

/** Before the first order. */
export function blankAdmitted(): Admitted {
  return {
    side: BID,
    yesTicks: 0,
    lots: 0,
    filledLots: 0,
    keepsPlace: false,
    crosses: false,
    lockAmount: 0,
    shareEntry: NO_HOLDING,
  };
}

/**
 * Decides whether an order is taken in; changes nothing but `admitted`. The checks run in this order, and
 * the first that fails names the refusal:
 *
 * 1. the market and its phase, the trading pause
 * 2. the terms: shape, price, quantity, expiry, fee cap
 * 3. the signer
 * 4. the nonce, or what the amendment replaces; the client id
 * 5. crossing: self-trade, post-only, fill-or-kill
 * 6. cash or shares
 * 7. open orders of the account, unsettled fills
 */
export function admit(state: CoreState, terms: PlaceTerms, admitted: Admitted): Refusal {
  const { market } = terms;
  if (market === NO_MARKET) return Refusal.MARKET_UNKNOWN;
  if (state.markets.get(market, PHASE) !== MarketPhase.OPEN) return Refusal.MARKET_NOT_OPEN;
  if (state.tradingPaused) return Refusal.TRADING_PAUSED;
  const illFormed = checkTerms(state, terms);
  if (illFormed !== Refusal.NONE) return illFormed;
  if (!terms.isSignerAllowed) return Refusal.SIGNATURE_INVALID;
  const identity = checkNonce(state, terms);
  if (identity !== Refusal.NONE) return identity;
  if (terms.isClientIdUsed) return Refusal.CLIENT_ID_USED;
  resolve(state, terms, admitted);
  const crossing = checkCrossing(state, terms, admitted);
  if (crossing !== Refusal.NONE) return crossing;
  const uncovered = checkFunds(state, terms, admitted);
  if (uncovered !== Refusal.NONE) return uncovered;
  return checkBounds(state, terms);
}

function checkTerms(state: CoreState, terms: PlaceTerms): Refusal {
  const { priceTicks, quantityLots, expirySeconds, timeInForce } = terms;
  if (!terms.isWellFormed) return Refusal.VALIDATION_FAILED;
  if (
    (priceTicks | 0) !== priceTicks ||
    priceTicks < MIN_PRICE_TICKS ||
    priceTicks > MAX_PRICE_TICKS
  ) {
    return Refusal.PRICE_OUT_OF_RANGE;
  }
  const step = state.markets.get(terms.market, PRICE_STEP);
  if (step !== 1 && priceTicks % step !== 0) return Refusal.PRICE_OFF_STEP;
  if (quantityLots >>> 0 !== quantityLots || quantityLots < 1 || quantityLots > MAX_QUANTITY_LOTS) {
    return Refusal.QUANTITY_OUT_OF_RANGE;
  }
  if (expirySeconds !== 0) {
    if (!isDated(timeInForce)) return Refusal.EXPIRY_UNEXPECTED;
    if (expirySeconds * 1000 - state.limits.expiryLeadMs <= state.timeMs) return Refusal.EXPIRED;
  } else if (isDated(timeInForce)) return Refusal.EXPIRY_REQUIRED;
  const feeBps = state.markets.get(terms.market, TAKER_FEE_BPS);
  if (terms.maxFeeBps < feeBps && !onlyMakes(timeInForce)) return Refusal.FEE_CAP_TOO_LOW;
  return Refusal.NONE;
}

function checkNonce(state: CoreState, terms: PlaceTerms): Refusal {
  const { account, nonceHigh, nonceLow, replaces } = terms;
  if (account !== NO_ACCOUNT && state.accounts.isBelowFloor(account, nonceHigh, nonceLow)) {
    return Refusal.NONCE_BELOW_FLOOR;
  }
  if (terms.replacesRefusal !== Refusal.NONE) return terms.replacesRefusal as Refusal;
  const nonce = account === NO_ACCOUNT ? NO_NONCE : state.nonces.find(account, nonceHigh, nonceLow);
  if (replaces === NO_REPLACED) return nonce === NO_NONCE ? Refusal.NONE : Refusal.NONCE_USED;
  if (accountOf(state, replaces) !== account || termOf(state, replaces, NONCE) !== nonce) {
    return Refusal.REPLACED_UNKNOWN;
  }
  const packed = termOf(state, replaces, PACKED_TERMS);
  if (
    marketOf(state, replaces) !== terms.market ||
    packedOutcome(packed) !== terms.outcome ||
    packedSide(packed) !== terms.side
  ) {
    return Refusal.REPLACED_DIFFERS;
  }
  return terms.quantityLots <= filledLots(state, replaces) ? Refusal.REPLACED_FILLED : Refusal.NONE;
}

function resolve(state: CoreState, terms: PlaceTerms, admitted: Admitted): void {
  const { replaces, priceTicks } = terms;
  const isBuy = terms.side === Side.BUY;
  admitted.side = (terms.outcome === 1) === isBuy ? BID : ASK;
  admitted.yesTicks = terms.outcome === 1 ? priceTicks : PRICE_SCALE - priceTicks;
  const filled = replaces === NO_REPLACED ? 0 : filledLots(state, replaces);
  const lots = terms.quantityLots - filled;
  admitted.filledLots = filled;
  admitted.lots = lots;
  admitted.keepsPlace = replaces !== NO_REPLACED && onlyLowersQuantity(state, terms);
  if (!isBuy) {
    admitted.lockAmount = lots;
    return;
  }
  // While it may take, a buy also locks the fee at its limit: no better price costs more.
  const takes = !onlyMakes(terms.timeInForce) && !admitted.keepsPlace;
  const feeBps = takes ? state.markets.get(terms.market, TAKER_FEE_BPS) : 0;
  const fee = feeBps === 0 ? 0 : feeMicroDown(priceTicks, lots, feeBps);
  admitted.lockAmount = costMicro(priceTicks, lots) + fee;
}

function onlyLowersQuantity(state: CoreState, terms: PlaceTerms): boolean {
  const { replaces } = terms;
  return (
    terms.quantityLots <= termOf(state, replaces, QUANTITY) >>> 0 &&
    terms.priceTicks === priceTicksOf(state, replaces) &&
    packTerms(terms) === termOf(state, replaces, PACKED_TERMS) &&
    (terms.expirySeconds | 0) === termOf(state, replaces, EXPIRY_LOW)
  );
}

function checkCrossing(state: CoreState, terms: PlaceTerms, admitted: Admitted): Refusal {
  const { ladders } = state;
  const { market, timeInForce } = terms;
  const { side, yesTicks } = admitted;
  const opposite = side === BID ? ASK : BID;
  const best = ladders.best(market, opposite);
  admitted.crosses = crosses(side, yesTicks, best);
  if (!admitted.crosses) {
    return timeInForce === TimeInForce.FOK ? Refusal.FOK_NOT_FILLED : Refusal.NONE;
  }
  if (onlyMakes(timeInForce)) return Refusal.POST_ONLY_WOULD_CROSS;
  if (terms.selfTrade === SelfTrade.CANCEL_TAKER) {
    const first = ladders.head(market, best);
    if (state.slots.words[(first << SLOT_SHIFT) | ACCOUNT] === terms.account) {
      return Refusal.SELF_TRADE;
    }
  }
  if (timeInForce !== TimeInForce.FOK) return Refusal.NONE;
  return canFill(state, terms, admitted) ? Refusal.NONE : Refusal.FOK_NOT_FILLED;
}

function checkFunds(state: CoreState, terms: PlaceTerms, admitted: Admitted): Refusal {
  const { account, market, replaces } = terms;
  const isBuy = terms.side === Side.BUY;
  const refusal = isBuy ? Refusal.INSUFFICIENT_CASH : Refusal.INSUFFICIENT_SHARES;
  if (account === NO_ACCOUNT) return refusal;
  const entry = isBuy ? account : state.holdings.findEntry(account, market, terms.outcome);
  admitted.shareEntry = isBuy ? NO_HOLDING : entry;
  if (entry === NO_HOLDING) return refusal;
  const funds = isBuy ? state.cash : state.shares;
  const freed = replaces === NO_REPLACED ? 0 : lockedAmount(state, replaces);
  return admitted.lockAmount <= funds.get(entry, AVAILABLE) + freed ? Refusal.NONE : refusal;
}

function checkBounds(state: CoreState, terms: PlaceTerms): Refusal {
  const { limits, fills } = state;
  const replaced = terms.replaces === NO_REPLACED ? 0 : 1;
  const open = state.accounts.get(terms.account, OPEN_COUNT) - replaced;
  if (open >= limits.maxOpenOrdersPerAccount && mayRest(terms.timeInForce)) {
    return Refusal.TOO_MANY_OPEN_ORDERS;
  }
  if (fills.count === 0) return Refusal.NONE;
  const isBehind =
    fills.count >= limits.maxUnsettledFills ||
    fills.unsettledMicro > limits.maxUnsettledMicro ||
    state.timeMs - fills.oldestMs > limits.maxUnsettledAgeMs;
  return isBehind ? Refusal.SETTLEMENT_BEHIND : Refusal.NONE;
}
