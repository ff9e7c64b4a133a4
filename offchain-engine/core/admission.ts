import { TimeInForce } from "../../protocol/order.ts";
import {
  costMicro,
  feeMicroDown,
  MAX_PRICE_TICKS,
  MAX_QUANTITY_LOTS,
  MICRO_PER_LOT,
  MIN_PRICE_TICKS,
  PRICE_SCALE,
  Side,
} from "../../protocol/units.ts";
import { NO_ACCOUNT } from "./accounts.ts";
import { NO_HOLDING } from "./holdings.ts";
import { ASK, BID, type LadderSide } from "./ladders.ts";
import { FAIR_PARTS } from "./limits.ts";
import { MarketPhase, NO_MARKET } from "./markets.ts";
import { canFill, crosses } from "./matching.ts";
import { NO_NONCE } from "./nonces.ts";
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
import { expiryOf, filledLots, lockedAmount, marketOf, priceTicksOf } from "./resting-order.ts";
import { awaitsResettlement } from "./settlement.ts";
import type { CoreState } from "./state.ts";
import { phaseOf, TradingPhase } from "./trading-phase.ts";

// Bound here, since V8 folds the constants of a file itself, and not those that it imports.
const { NONE } = Refusal;
const { BUY } = Side;
const { OPEN } = MarketPhase;
const { CANCEL_ONLY, POST_ONLY } = TradingPhase;
const { FOK } = TimeInForce;
const PARTS = FAIR_PARTS;
const MIN_TICKS = MIN_PRICE_TICKS;
const MAX_TICKS = MAX_PRICE_TICKS;
const MAX_LOTS = MAX_QUANTITY_LOTS;
const SCALE = PRICE_SCALE;
const LOT_MICRO = MICRO_PER_LOT;
const NEW = NO_REPLACED;
const UNKNOWN_ACCOUNT = NO_ACCOUNT;
const UNUSED = NO_NONCE;
const NO_SHARES = NO_HOLDING;
const BIDS = BID;
const ASKS = ASK;

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
  /** What rests at its price, before it comes. */
  levelLots: number;
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
    levelLots: 0,
    lockAmount: 0,
    shareEntry: NO_HOLDING,
  };
}

/**
 * Decides whether an order is taken in; changes nothing but `admitted`. The checks run in this order, and
 * the first that fails names the refusal:
 *
 * 1. the market and its life, the trading pause, the trading phase
 * 2. the terms: shape, price, quantity, expiry, fee cap
 * 3. the signer
 * 4. the nonce, or what the amendment replaces; the client id
 * 5. crossing: self-trade, post-only
 * 6. cash or shares
 * 7. open orders of the account; unsettled fills, for an order that would take
 * 8. fill-or-kill: last, since it alone may have to look at many resting orders
 */
export function admit(state: CoreState, terms: PlaceTerms, admitted: Admitted): Refusal {
  const { market } = terms;
  if (market === NO_MARKET) return Refusal.MARKET_UNKNOWN;
  if (state.markets.phase(market) !== OPEN) return Refusal.MARKET_NOT_OPEN;
  if (state.tradingPaused) return Refusal.TRADING_PAUSED;
  const phase = phaseOf(state, market);
  if (phase === CANCEL_ONLY) return Refusal.CANCEL_ONLY;
  if (phase === POST_ONLY && !onlyMakes(terms.timeInForce)) return Refusal.POST_ONLY;
  const illFormed = checkTerms(state, terms);
  if (illFormed !== NONE) return illFormed;
  if (!terms.isSignerAllowed) return Refusal.SIGNATURE_INVALID;
  const identity = checkNonce(state, terms);
  if (identity !== NONE) return identity;
  if (terms.isClientIdUsed) return Refusal.CLIENT_ID_USED;
  resolve(state, terms, admitted);
  const crossing = checkCrossing(state, terms, admitted);
  if (crossing !== NONE) return crossing;
  const uncovered = checkFunds(state, terms, admitted);
  if (uncovered !== NONE) return uncovered;
  const beyond = checkBounds(state, terms, admitted);
  if (beyond !== NONE || terms.timeInForce !== FOK) return beyond;
  const fills = admitted.crosses && canFill(state, terms, admitted);
  return fills ? NONE : Refusal.FOK_NOT_FILLED;
}

function checkTerms(state: CoreState, terms: PlaceTerms): Refusal {
  const { priceTicks, quantityLots, expirySeconds, timeInForce } = terms;
  if (!terms.isWellFormed) return Refusal.VALIDATION_FAILED;
  if ((priceTicks | 0) !== priceTicks || priceTicks < MIN_TICKS || priceTicks > MAX_TICKS) {
    return Refusal.PRICE_OUT_OF_RANGE;
  }
  const step = state.markets.priceStep(terms.market);
  if (step !== 1 && priceTicks % step !== 0) return Refusal.PRICE_OFF_STEP;
  if (quantityLots >>> 0 !== quantityLots || quantityLots < 1 || quantityLots > MAX_LOTS) {
    return Refusal.QUANTITY_OUT_OF_RANGE;
  }
  if (expirySeconds !== 0) {
    if (!isDated(timeInForce)) return Refusal.EXPIRY_UNEXPECTED;
    if (expirySeconds * 1000 - state.limits.expiryLeadMs <= state.timeMs) return Refusal.EXPIRED;
  } else if (isDated(timeInForce)) return Refusal.EXPIRY_REQUIRED;
  const feeBps = state.markets.takerFeeBps(terms.market);
  if (terms.maxFeeBps < feeBps && !onlyMakes(timeInForce)) return Refusal.FEE_CAP_TOO_LOW;
  return NONE;
}

function checkNonce(state: CoreState, terms: PlaceTerms): Refusal {
  const { slots } = state;
  const { account, nonceHigh, nonceLow, replaces } = terms;
  if (account !== UNKNOWN_ACCOUNT && state.accounts.isBelowFloor(account, nonceHigh, nonceLow)) {
    return Refusal.NONCE_BELOW_FLOOR;
  }
  if (terms.replacesRefusal !== NONE) return terms.replacesRefusal as Refusal;
  const nonce =
    account === UNKNOWN_ACCOUNT ? UNUSED : state.nonces.find(account, nonceHigh, nonceLow);
  if (replaces === NEW) return nonce === UNUSED ? NONE : Refusal.NONCE_USED;
  if (slots.account(replaces) !== account || slots.nonce(replaces) !== nonce) {
    return Refusal.REPLACED_UNKNOWN;
  }
  const packed = slots.terms(replaces);
  if (
    marketOf(state, replaces) !== terms.market ||
    packedOutcome(packed) !== terms.outcome ||
    packedSide(packed) !== terms.side
  ) {
    return Refusal.REPLACED_DIFFERS;
  }
  return terms.quantityLots <= filledLots(state, replaces) ? Refusal.REPLACED_FILLED : NONE;
}

function resolve(state: CoreState, terms: PlaceTerms, admitted: Admitted): void {
  const { replaces, priceTicks } = terms;
  const isBuy = terms.side === BUY;
  admitted.side = (terms.outcome === 1) === isBuy ? BIDS : ASKS;
  admitted.yesTicks = terms.outcome === 1 ? priceTicks : SCALE - priceTicks;
  const filled = replaces === NEW ? 0 : filledLots(state, replaces);
  const lots = terms.quantityLots - filled;
  admitted.filledLots = filled;
  admitted.lots = lots;
  admitted.keepsPlace = replaces !== NEW && onlyLowersQuantity(state, terms);
  if (!isBuy) {
    admitted.lockAmount = lots;
    return;
  }
  // While it may take, a buy also locks the fee at its limit: no better price costs more.
  const takes = !onlyMakes(terms.timeInForce) && !admitted.keepsPlace;
  const feeBps = takes ? state.markets.takerFeeBps(terms.market) : 0;
  const fee = feeBps === 0 ? 0 : feeMicroDown(priceTicks, lots, feeBps);
  admitted.lockAmount = costMicro(priceTicks, lots) + fee;
}

function onlyLowersQuantity(state: CoreState, terms: PlaceTerms): boolean {
  const { replaces } = terms;
  return (
    terms.quantityLots <= state.slots.quantity(replaces) &&
    terms.priceTicks === priceTicksOf(state, replaces) &&
    packTerms(terms) === state.slots.terms(replaces) &&
    terms.expirySeconds === expiryOf(state, replaces)
  );
}

function checkCrossing(state: CoreState, terms: PlaceTerms, admitted: Admitted): Refusal {
  const { ladders } = state;
  const { market, timeInForce } = terms;
  const { side, yesTicks } = admitted;
  const opposite = side === BIDS ? ASKS : BIDS;
  const best = ladders.best(market, opposite);
  admitted.crosses = crosses(side, yesTicks, best);
  if (!admitted.crosses) return NONE;
  if (onlyMakes(timeInForce)) return Refusal.POST_ONLY_WOULD_CROSS;
  if (terms.selfTrade === SelfTrade.CANCEL_TAKER) {
    const first = ladders.head(market, best);
    if (state.slots.account(first) === terms.account) {
      return Refusal.SELF_TRADE;
    }
  }
  return NONE;
}

function checkFunds(state: CoreState, terms: PlaceTerms, admitted: Admitted): Refusal {
  const { account, market, replaces } = terms;
  const isBuy = terms.side === BUY;
  const refusal = isBuy ? Refusal.INSUFFICIENT_CASH : Refusal.INSUFFICIENT_SHARES;
  if (account === UNKNOWN_ACCOUNT) return refusal;
  // Read here, so that memory brings the level's line together with the entry's.
  admitted.levelLots = state.ladders.volumeLots(market, admitted.yesTicks);
  const entry = isBuy ? account : state.holdings.findEntry(account, market, terms.outcome);
  admitted.shareEntry = isBuy ? NO_SHARES : entry;
  if (entry === NO_SHARES) return refusal;
  const funds = isBuy ? state.cash : state.shares;
  const freed = replaces === NEW ? 0 : lockedAmount(state, replaces);
  return admitted.lockAmount <= funds.available(entry) + freed ? NONE : refusal;
}

function checkBounds(state: CoreState, terms: PlaceTerms, admitted: Admitted): Refusal {
  const { limits, fills } = state;
  const replaced = terms.replaces === NEW ? 0 : 1;
  const open = state.accounts.openCount(terms.account) - replaced;
  if (open >= limits.maxOpenOrdersPerAccount && mayRest(terms.timeInForce)) {
    return Refusal.TOO_MANY_OPEN_ORDERS;
  }
  if (fills.count === 0) return NONE;
  if (awaitsResettlement(state)) return Refusal.AWAITS_RESETTLEMENT;
  if (!admitted.crosses) return NONE; // What only rests makes no fill.
  const left = limits.maxUnsettledFills - fills.count;
  if (left <= 0) return Refusal.UNSETTLED_FILLS;
  if (state.timeMs - fills.oldestMs > limits.maxUnsettledAgeMs) return Refusal.UNSETTLED_AGE;
  if (fills.unsettledMicro > limits.maxUnsettledMicro) return Refusal.UNSETTLED_VALUE;
  return checkShare(state, terms.account, left);
}

/** What the account itself took, once half of a bound is used. */
function checkShare(state: CoreState, account: number, left: number): Refusal {
  const { limits, fills, accounts } = state;
  if (fills.count >= left && accounts.takenFills(account) * PARTS > left) {
    return Refusal.UNSETTLED_SHARE;
  }
  const leftMicro = limits.maxUnsettledMicro - fills.unsettledMicro;
  if (fills.unsettledMicro < leftMicro) return NONE;
  // Divided, not multiplied: a product might not be an exact integer.
  const takenMicro = accounts.takenLots(account) * LOT_MICRO;
  return takenMicro > leftMicro / PARTS ? Refusal.UNSETTLED_VALUE_SHARE : NONE;
}
