import { MICRO_PER_LOT, PRICE_SCALE } from "../../protocol/units.ts";
import { assert } from "./assert.ts";
import { EventKind } from "./event-log.ts";
import { COST, PENDING_DEBIT } from "./funds.ts";
import { MINTED, SIMULATED_MINTED } from "./markets.ts";
import { takeCash, takeShares } from "./shortfall.ts";
import type { CoreState } from "./state.ts";
import {
  FILL_FEE,
  FILL_LOTS,
  FILL_MARKET,
  FILL_TICK,
  LEG_ACCOUNT,
  LEG_ENTRY,
  LEG_IS_BUY,
  LEG_MAKER,
  LEG_NONCE,
  LEG_TAKER,
} from "./unsettled-fills.ts";

/** Ticks that one share of the entry's outcome costs. */
function ownTicks(entry: number, yesTicks: number): number {
  return (entry & 1) === 1 ? yesTicks : PRICE_SCALE - yesTicks;
}

/** What a leg does to its owner's cash: a buyer pays the fee on top, a seller out of the proceeds. */
export function cashDelta(isBuy: boolean, costMicro: number, feeMicro: number): number {
  return isBuy ? -(costMicro + feeMicro) : costMicro - feeMicro;
}

/** Cost of a leg before the fee, micro. */
export function legCostMicro(entry: number, yesTicks: number, lots: number): number {
  return ownTicks(entry, yesTicks) * lots * 10;
}

/** Pairs that a fill makes (a mint) or, negative, dissolves (a merge), lots. */
export function mintedLots(
  takerEntry: number,
  takerBuys: boolean,
  makerEntry: number,
  lots: number,
): number {
  if ((takerEntry & 1) === (makerEntry & 1)) return 0;
  return takerBuys ? lots : -lots;
}

/**
 * Moves one owner's part of a fill at once; the chain follows. A buyer's cash and a seller's shares come
 * out of what the order locked. @returns the leg's effect on its owner's cash.
 */
export function bookLeg(
  state: CoreState,
  account: number,
  entry: number,
  isBuy: boolean,
  yesTicks: number,
  lots: number,
  feeMicro: number,
): number {
  const { cash, shares } = state;
  const cost = legCostMicro(entry, yesTicks, lots);
  const delta = cashDelta(isBuy, cost, feeMicro);
  if (isBuy) {
    cash.spendLocked(account, -delta);
    shares.receive(entry, lots, cost);
  } else {
    state.holdings.removeCost(entry, lots, shares.total(entry));
    shares.spendLocked(entry, lots);
    cash.receive(account, delta, 0);
  }
  return delta;
}

/** Where a leg's words lie. */
type LegOf = typeof LEG_TAKER | typeof LEG_MAKER;

function leg(state: CoreState, fillSeq: number, side: LegOf, field: number): number {
  return state.fills.words[state.fills.at(fillSeq) | (side + field)] as number;
}

function fact(state: CoreState, fillSeq: number, field: number): number {
  return state.fills.words[state.fills.at(fillSeq) | field] as number;
}

/** The leg's effect on its owner's cash. */
function deltaOf(state: CoreState, fillSeq: number, side: LegOf): number {
  const cost = legCostMicro(
    leg(state, fillSeq, side, LEG_ENTRY),
    fact(state, fillSeq, FILL_TICK),
    fact(state, fillSeq, FILL_LOTS),
  );
  const fee = side === LEG_TAKER ? fact(state, fillSeq, FILL_FEE) : 0;
  return cashDelta(leg(state, fillSeq, side, LEG_IS_BUY) === 1, cost, fee);
}

function debitMicro(state: CoreState, fillSeq: number): number {
  const taker = Math.max(0, -deltaOf(state, fillSeq, LEG_TAKER));
  return taker + Math.max(0, -deltaOf(state, fillSeq, LEG_MAKER));
}

function fillMintedLots(state: CoreState, fillSeq: number): number {
  return mintedLots(
    leg(state, fillSeq, LEG_TAKER, LEG_ENTRY),
    leg(state, fillSeq, LEG_TAKER, LEG_IS_BUY) === 1,
    leg(state, fillSeq, LEG_MAKER, LEG_ENTRY),
    fact(state, fillSeq, FILL_LOTS),
  );
}

function noteOwner(state: CoreState, fillSeq: number, side: LegOf): void {
  state.events.add1(EventKind.BALANCE, leg(state, fillSeq, side, LEG_ACCOUNT));
  state.events.add1(EventKind.POSITION, leg(state, fillSeq, side, LEG_ENTRY) >> 1);
}

function endPending(state: CoreState, fillSeq: number, side: LegOf): void {
  const isBuy = leg(state, fillSeq, side, LEG_IS_BUY) === 1;
  const funds = isBuy ? state.cash : state.shares;
  const entry = leg(state, fillSeq, side, isBuy ? LEG_ACCOUNT : LEG_ENTRY);
  const amount = isBuy ? -deltaOf(state, fillSeq, side) : fact(state, fillSeq, FILL_LOTS);
  funds.add(entry, PENDING_DEBIT, -amount);
}

/** The chain (or its simulation) has moved the fill: so does the mirror. */
export function settleFill(state: CoreState, fillSeq: number, isSimulated: boolean): void {
  const { words } = state.fills;
  const at = state.fills.at(fillSeq);
  const taker = settleLeg(state, at, LEG_TAKER, words[at | FILL_FEE] as number, isSimulated);
  const maker = settleLeg(state, at, LEG_MAKER, 0, isSimulated);
  state.fills.unsettledMicro -= Math.max(0, -taker) + Math.max(0, -maker);
  if (!isSimulated) return;
  const market = words[at | FILL_MARKET] as number;
  state.markets.addTo(market, SIMULATED_MINTED, fillMintedLots(state, fillSeq));
}

/** @returns the leg's effect on its owner's cash. */
function settleLeg(
  state: CoreState,
  at: number,
  side: LegOf,
  feeMicro: number,
  isSimulated: boolean,
): number {
  const { words } = state.fills;
  const { cash, shares } = state;
  const leg = at + side;
  const account = (words[leg + LEG_ACCOUNT] as number) | 0;
  const entry = (words[leg + LEG_ENTRY] as number) | 0;
  const isBuy = words[leg + LEG_IS_BUY] === 1;
  const lots = words[at | FILL_LOTS] as number;
  const cost = legCostMicro(entry, words[at | FILL_TICK] as number, lots);
  const delta = cashDelta(isBuy, cost, feeMicro);
  const moved = isBuy ? lots : -lots;
  cash.settle(account, delta, isBuy ? delta : 0);
  shares.settle(entry, moved, isBuy ? 0 : moved);
  if (isSimulated) {
    cash.addSimulated(account, delta);
    shares.addSimulated(entry, moved);
  }
  state.nonces.addSettledLots((words[leg + LEG_NONCE] as number) | 0, lots);
  return delta;
}

/** The chain refused the fill: takes back what booking it moved, from whoever has it by now. */
export function reverseFill(state: CoreState, fillSeq: number): void {
  const lots = fact(state, fillSeq, FILL_LOTS);
  const market = fact(state, fillSeq, FILL_MARKET);
  const feeMicro = fact(state, fillSeq, FILL_FEE);
  const debit = debitMicro(state, fillSeq);
  const minted = fillMintedLots(state, fillSeq);
  for (const side of [LEG_TAKER, LEG_MAKER] as const) {
    noteOwner(state, fillSeq, side);
    endPending(state, fillSeq, side);
    const entry = leg(state, fillSeq, side, LEG_ENTRY);
    if (leg(state, fillSeq, side, LEG_IS_BUY) === 1) {
      state.cash.credit(leg(state, fillSeq, side, LEG_ACCOUNT), -deltaOf(state, fillSeq, side));
    } else {
      state.shares.credit(entry, lots);
      const cost = legCostMicro(entry, fact(state, fillSeq, FILL_TICK), lots);
      state.shares.add(entry, COST, cost);
    }
  }
  for (const side of [LEG_TAKER, LEG_MAKER] as const) {
    const entry = leg(state, fillSeq, side, LEG_ENTRY);
    if (leg(state, fillSeq, side, LEG_IS_BUY) === 1) takeShares(state, entry, lots);
    else {
      const account = leg(state, fillSeq, side, LEG_ACCOUNT);
      takeCash(state, account, deltaOf(state, fillSeq, side));
    }
  }
  state.markets.addTo(market, MINTED, -minted);
  state.feesMicro -= feeMicro;
  state.fills.unsettledMicro -= debit;
}

/** @throws CoreAssertionError unless the two legs, the fee and the pairs made sum to nothing. */
export function assertConserved(
  takerMicro: number,
  makerMicro: number,
  feeMicro: number,
  minted: number,
): void {
  const moved = takerMicro + makerMicro + feeMicro + minted * MICRO_PER_LOT;
  assert(moved === 0, "a fill makes and destroys no money");
}
