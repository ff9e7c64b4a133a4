import { feeMicroDown, MICRO_PER_LOT } from "../../protocol/units.ts";
import type { Admitted } from "./admission.ts";
import { EndReason } from "./event-log.ts";
import { NO_HOLDING } from "./holdings.ts";
import { ASK, BID, type LadderSide, TICK_MASK } from "./ladders.ts";
import { assertConserved, bookLeg, mintedLots } from "./ledger.ts";
import { MINTED, TRADES } from "./markets.ts";
import { NO_SLOT } from "./order-slots.ts";
import { type PlaceTerms, packedOutcome, packedSide, SelfTrade } from "./order-terms.ts";
import { endOrder, leaveBook } from "./resting-order.ts";
import type { CoreState } from "./state.ts";
import { LEG_MAKER, LEG_TAKER } from "./unsettled-fills.ts";

// Bound here, since V8 folds the constants of a file itself, and not those that it imports.
const BIDS = BID;
const ASKS = ASK;
const LEVEL_MASK = TICK_MASK;
const NO_SHARES = NO_HOLDING;
const TAKER = LEG_TAKER;
const MAKER = LEG_MAKER;
const { CANCEL_RESTING, CANCEL_TAKER } = SelfTrade;
const { FILL_LIMIT, SELF_TRADE } = EndReason;
const LOT_MICRO = MICRO_PER_LOT;
const MINTED_LOTS = MINTED;
const ALL_TRADES = TRADES;

/** Whether an order on `side` with a limit reaches the best price of the other side. */
export function crosses(side: LadderSide, limitTicks: number, best: number): boolean {
  // An empty side's best is beyond every price.
  return side === BIDS ? best <= limitTicks : best >= limitTicks;
}

/**
 * Whether all of the order can be taken within its limit, from no more than `maxFillsPerOrder` resting
 * orders. The account's own give nothing: they are passed over by `CANCEL_RESTING`, though they count, and
 * end the search in the other modes.
 */
export function canFill(state: CoreState, terms: PlaceTerms, admitted: Admitted): boolean {
  const { ladders, slots } = state;
  const { side, yesTicks } = admitted;
  const opposite = side === BIDS ? ASKS : BIDS;
  if (!offersLots(state, terms.market, admitted)) return false;
  let missing = admitted.lots;
  let left = state.limits.maxFillsPerOrder;
  let tick = ladders.best(terms.market, opposite);
  while (crosses(side, yesTicks, tick)) {
    for (let slot = ladders.head(terms.market, tick); slot !== NO_SLOT; ) {
      if (--left < 0) return false;
      if (slots.account(slot) !== terms.account) missing -= slots.remaining(slot);
      else if (terms.selfTrade !== CANCEL_RESTING) return false;
      if (missing <= 0) return true;
      slot = slots.next(slot);
    }
    tick = ladders.worse(terms.market, opposite, tick);
  }
  return false;
}

/** Whether its limit reaches as many lots, whosoever: what is out of reach costs no walk over orders. */
function offersLots({ ladders }: CoreState, market: number, admitted: Admitted): boolean {
  const { side, yesTicks } = admitted;
  const opposite = side === BIDS ? ASKS : BIDS;
  let missing = admitted.lots;
  let tick = ladders.best(market, opposite);
  while (missing > 0 && crosses(side, yesTicks, tick)) {
    missing -= ladders.volumeLots(market, tick);
    tick = ladders.worse(market, opposite, tick);
  }
  return missing <= 0;
}

/** An order while it takes. One object, filled anew each time. */
export interface Taker {
  account: number;
  market: number;
  isBuy: boolean;
  outcome: number;
  /** Entry of its shares; `NO_HOLDING` for a buy before its first fill. */
  shareEntry: number;
  nonce: number;
  order: number;
  feeBps: number;
  /** Left to fill. */
  lots: number;
  /** Of what it locked, still locked. */
  lockedMicro: number;
}

/** Before the first order. */
export function blankTaker(): Taker {
  return {
    account: 0,
    market: 0,
    isBuy: false,
    outcome: 0,
    shareEntry: NO_SHARES,
    nonce: 0,
    order: 0,
    feeBps: 0,
    lots: 0,
    lockedMicro: 0,
  };
}

/**
 * Fills the order against the book, best price first, then oldest first, at the resting price.
 * @returns what stopped it while it still crossed, `SELF_TRADE` or `FILL_LIMIT`; null when nothing did.
 */
export function matchOrder(
  state: CoreState,
  taker: Taker,
  side: LadderSide,
  limitTicks: number,
  selfTrade: number,
): EndReason | null {
  const { ladders, slots } = state;
  const opposite = side === BIDS ? ASKS : BIDS;
  let left = state.limits.maxFillsPerOrder;
  while (taker.lots > 0) {
    const tick = ladders.best(taker.market, opposite);
    if (!crosses(side, limitTicks, tick)) return null;
    if (--left < 0) return FILL_LIMIT;
    const slot = ladders.head(taker.market, tick);
    if (slots.account(slot) === taker.account) {
      if (selfTrade !== CANCEL_TAKER) endOrder(state, slot, SELF_TRADE);
      if (selfTrade !== CANCEL_RESTING) return SELF_TRADE;
    } else {
      fill(state, taker, slot);
    }
  }
  return null;
}

function fill(state: CoreState, taker: Taker, slot: number): void {
  const { ladders, holdings, accounts, slots, fills } = state;
  const { market } = taker;
  const tick = slots.level(slot) & LEVEL_MASK;
  const maker = slots.account(slot);
  const wanted = slots.remaining(slot);
  const lots = Math.min(taker.lots, wanted);
  const packed = slots.terms(slot);
  const makerBuys = packedSide(packed) === 0;
  let makerEntry = slots.shareEntry(slot);
  if (makerEntry === NO_SHARES) {
    makerEntry = holdings.internEntry(accounts, maker, market, packedOutcome(packed));
    slots.setShareEntry(slot, makerEntry);
  }
  if (taker.shareEntry === NO_SHARES) {
    taker.shareEntry = holdings.internEntry(accounts, taker.account, market, taker.outcome);
  }
  const fee = taker.feeBps === 0 ? 0 : feeMicroDown(tick, lots, taker.feeBps);
  recordFill(state, taker, slot, makerEntry, makerBuys, tick, lots, fee);
  const takerMicro = bookLeg(state, taker.account, taker.shareEntry, taker.isBuy, tick, lots, fee);
  const makerMicro = bookLeg(state, maker, makerEntry, makerBuys, tick, lots, 0);
  const minted = mintedLots(taker.shareEntry, taker.isBuy, makerEntry, lots);
  assertConserved(takerMicro, makerMicro, fee, minted);
  fills.unsettledMicro += lots * LOT_MICRO;
  accounts.addTaken(taker.account, 1, lots);
  state.feesMicro += fee;
  if (minted !== 0) state.markets.addTo(market, MINTED_LOTS, minted);
  taker.lots -= lots;
  taker.lockedMicro -= taker.isBuy ? -takerMicro : lots;
  if (lots < wanted) ladders.reduce(slot, lots);
  else leaveBook(state, slot);
}

function recordFill(
  state: CoreState,
  taker: Taker,
  slot: number,
  makerEntry: number,
  makerBuys: boolean,
  tick: number,
  lots: number,
  fee: number,
): void {
  const { fills, markets, slots, ladders } = state;
  const { market, account, shareEntry, isBuy, nonce, order } = taker;
  const before = ladders.volumeLots(market, tick);
  const at = fills.next();
  fills.write(at, market, tick, lots, fee, state.timeMs);
  fills.writeLeg(at + TAKER, account, shareEntry, isBuy, nonce, order);
  const makerNonce = slots.nonce(slot);
  fills.writeLeg(
    at + MAKER,
    slots.account(slot),
    makerEntry,
    makerBuys,
    makerNonce,
    slots.order(slot),
  );
  const trade = markets.addTo(market, ALL_TRADES, 1);
  markets.setMark(market, tick);
  state.events.addFill(fills.lastSeq, slot, tick, lots, fee, trade, before);
}
