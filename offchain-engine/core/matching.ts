import { feeMicroDown } from "../../protocol/units.ts";
import type { Admitted } from "./admission.ts";
import { EndReason } from "./event-log.ts";
import { NO_HOLDING } from "./holdings.ts";
import { ASK, BID, type LadderSide, TICK_MASK } from "./ladders.ts";
import { assertConserved, bookLeg, mintedLots } from "./ledger.ts";
import { MARK_YES_TICKS, MINTED, TRADES } from "./markets.ts";
import {
  ACCOUNT,
  LEVEL,
  NEXT,
  NO_SLOT,
  NONCE,
  ORDER_ID,
  PACKED_TERMS,
  REMAINING,
  SHARE_ENTRY,
  SLOT_SHIFT,
} from "./order-slots.ts";
import { type PlaceTerms, packedOutcome, packedSide, SelfTrade } from "./order-terms.ts";
import { endOrder, leaveBook } from "./resting-order.ts";
import type { CoreState } from "./state.ts";
import {
  FILL_FEE,
  FILL_LOTS,
  FILL_MARKET,
  FILL_TICK,
  FILL_TIME_MS,
  LEG_ACCOUNT,
  LEG_ENTRY,
  LEG_IS_BUY,
  LEG_MAKER,
  LEG_NONCE,
  LEG_ORDER,
  LEG_TAKER,
} from "./unsettled-fills.ts";

/** Whether an order on `side` with a limit reaches the best price of the other side. */
export function crosses(side: LadderSide, limitTicks: number, best: number): boolean {
  // An empty side's best is beyond every price.
  return side === BID ? best <= limitTicks : best >= limitTicks;
}

/**
 * Whether all of the order can be taken within its limit. The account's own orders give nothing: they
 * are passed over by `CANCEL_RESTING` and end the search in the other modes.
 */
export function canFill(state: CoreState, terms: PlaceTerms, admitted: Admitted): boolean {
  const { ladders } = state;
  const { words: links } = state.slots;
  const { side, yesTicks } = admitted;
  const opposite = side === BID ? ASK : BID;
  let missing = admitted.lots;
  let tick = ladders.best(terms.market, opposite);
  while (crosses(side, yesTicks, tick)) {
    for (let slot = ladders.head(terms.market, tick); slot !== NO_SLOT; ) {
      const at = slot << SLOT_SHIFT;
      if (links[at | ACCOUNT] !== terms.account) missing -= (links[at | REMAINING] as number) >>> 0;
      else if (terms.selfTrade !== SelfTrade.CANCEL_RESTING) return false;
      if (missing <= 0) return true;
      slot = links[at | NEXT] as number;
    }
    tick = ladders.worse(terms.market, opposite, tick);
  }
  return false;
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
    shareEntry: NO_HOLDING,
    nonce: 0,
    order: 0,
    feeBps: 0,
    lots: 0,
    lockedMicro: 0,
  };
}

/**
 * Fills the order against the book, best price first, then oldest first, at the resting price.
 * @returns whether self-trade prevention stopped it.
 */
export function matchOrder(
  state: CoreState,
  taker: Taker,
  side: LadderSide,
  limitTicks: number,
  selfTrade: number,
): boolean {
  const { ladders, slots } = state;
  const opposite = side === BID ? ASK : BID;
  while (taker.lots > 0) {
    const tick = ladders.best(taker.market, opposite);
    if (!crosses(side, limitTicks, tick)) return false;
    const slot = ladders.head(taker.market, tick);
    if (slots.words[(slot << SLOT_SHIFT) | ACCOUNT] === taker.account) {
      if (selfTrade !== SelfTrade.CANCEL_TAKER) endOrder(state, slot, EndReason.SELF_TRADE);
      if (selfTrade !== SelfTrade.CANCEL_RESTING) return true;
    } else {
      fill(state, taker, slot);
    }
  }
  return false;
}

function fill(state: CoreState, taker: Taker, slot: number): void {
  const { ladders, holdings, accounts } = state;
  const { words: links } = state.slots;
  const at = slot << SLOT_SHIFT;
  const { market } = taker;
  const tick = (links[at | LEVEL] as number) & TICK_MASK;
  const maker = links[at | ACCOUNT] as number;
  const wanted = (links[at | REMAINING] as number) >>> 0;
  const lots = Math.min(taker.lots, wanted);
  const packed = links[(slot << SLOT_SHIFT) | PACKED_TERMS] as number;
  const makerBuys = packedSide(packed) === 0;
  let makerEntry = links[(slot << SLOT_SHIFT) | SHARE_ENTRY] as number;
  if (makerEntry === NO_HOLDING) {
    makerEntry = holdings.internEntry(accounts, maker, market, packedOutcome(packed));
    links[(slot << SLOT_SHIFT) | SHARE_ENTRY] = makerEntry;
  }
  if (taker.shareEntry === NO_HOLDING) {
    taker.shareEntry = holdings.internEntry(accounts, taker.account, market, taker.outcome);
  }
  const fee = taker.feeBps === 0 ? 0 : feeMicroDown(tick, lots, taker.feeBps);
  const before = ladders.volumeLots(market, tick);
  recordFill(state, taker, slot, makerEntry, makerBuys, tick, lots, fee, before);
  const takerMicro = bookLeg(state, taker.account, taker.shareEntry, taker.isBuy, tick, lots, fee);
  const makerMicro = bookLeg(state, maker, makerEntry, makerBuys, tick, lots, 0);
  const minted = mintedLots(taker.shareEntry, taker.isBuy, makerEntry, lots);
  assertConserved(takerMicro, makerMicro, fee, minted);
  state.fills.unsettledMicro += Math.max(0, -takerMicro) + Math.max(0, -makerMicro);
  state.feesMicro += fee;
  if (minted !== 0) state.markets.addTo(market, MINTED, minted);
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
  before: number,
): void {
  const { fills, markets, slots } = state;
  const at = fills.next();
  const { words } = fills;
  words[at | FILL_MARKET] = taker.market;
  words[at | FILL_TICK] = tick;
  words[at | FILL_LOTS] = lots;
  words[at | FILL_FEE] = fee;
  words[at | FILL_TIME_MS] = state.timeMs;
  words[at | (LEG_TAKER + LEG_ACCOUNT)] = taker.account;
  words[at | (LEG_TAKER + LEG_ENTRY)] = taker.shareEntry;
  words[at | (LEG_TAKER + LEG_IS_BUY)] = taker.isBuy ? 1 : 0;
  words[at | (LEG_TAKER + LEG_NONCE)] = taker.nonce;
  words[at | (LEG_TAKER + LEG_ORDER)] = taker.order;
  words[at | (LEG_MAKER + LEG_ACCOUNT)] = slots.words[(slot << SLOT_SHIFT) | ACCOUNT] as number;
  words[at | (LEG_MAKER + LEG_ENTRY)] = makerEntry;
  words[at | (LEG_MAKER + LEG_IS_BUY)] = makerBuys ? 1 : 0;
  words[at | (LEG_MAKER + LEG_NONCE)] = slots.words[(slot << SLOT_SHIFT) | NONCE] as number;
  words[at | (LEG_MAKER + LEG_ORDER)] = slots.words[(slot << SLOT_SHIFT) | ORDER_ID] as number;
  const trade = markets.addTo(taker.market, TRADES, 1);
  markets.set(taker.market, MARK_YES_TICKS, tick);
  state.events.addFill(fills.lastSeq, slot, tick, lots, fee, trade, before);
}
