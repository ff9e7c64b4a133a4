import { MICRO_PER_LOT, PRICE_SCALE } from "../../protocol/units.ts";
import { assert } from "./assert.ts";
import { EventKind } from "./event-log.ts";
import { MINTED, SIMULATED_MINTED } from "./markets.ts";
import { takeCash, takeShares } from "./shortfall.ts";
import type { CoreState } from "./state.ts";
import { LEG_MAKER, LEG_TAKER } from "./unsettled-fills.ts";

// Bound here, since V8 folds the constants of a file itself, and not those that it imports.
const SCALE = PRICE_SCALE;
const LOT_MICRO = MICRO_PER_LOT;
const TAKER = LEG_TAKER;
const MAKER = LEG_MAKER;

/** Ticks that one share of the entry's outcome costs. */
function ownTicks(entry: number, yesTicks: number): number {
  return (entry & 1) === 1 ? yesTicks : SCALE - yesTicks;
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

/** The leg's effect on its owner's cash. */
export function deltaOf({ fills }: CoreState, at: number, side: number): number {
  const leg = at + side;
  const cost = legCostMicro(fills.entry(leg), fills.tick(at), fills.lots(at));
  return cashDelta(fills.isBuy(leg), cost, side === TAKER ? fills.feeMicro(at) : 0);
}

/** Pairs that the fill makes or, negative, dissolves, lots. */
export function fillMintedLots({ fills }: CoreState, at: number): number {
  const takerEntry = fills.entry(at + TAKER);
  return mintedLots(takerEntry, fills.isBuy(at + TAKER), fills.entry(at + MAKER), fills.lots(at));
}

/** The chain (or its simulation) has moved the fill: so does the mirror. */
export function settleFill(state: CoreState, fillSeq: number, isSimulated: boolean): void {
  const { fills } = state;
  const at = fills.at(fillSeq);
  settleLeg(state, at, TAKER, isSimulated);
  settleLeg(state, at, MAKER, isSimulated);
  leaveUnsettled(state, at);
  if (!isSimulated) return;
  state.markets.addTo(fills.market(at), SIMULATED_MINTED, fillMintedLots(state, at));
}

function settleLeg(state: CoreState, at: number, side: number, isSimulated: boolean): void {
  const { cash, shares, fills } = state;
  const leg = at + side;
  const account = fills.account(leg);
  const entry = fills.entry(leg);
  const isBuy = fills.isBuy(leg);
  const lots = fills.lots(at);
  const delta = deltaOf(state, at, side);
  const moved = isBuy ? lots : -lots;
  cash.settle(account, delta, isBuy ? delta : 0);
  shares.settle(entry, moved, isBuy ? 0 : moved);
  if (isSimulated) {
    cash.addSimulated(account, delta);
    shares.addSimulated(entry, moved);
  }
  state.nonces.addSettledLots(fills.nonce(leg), lots);
}

/** The chain refused the fill: takes back what booking it moved, from whoever has it by now. */
export function reverseFill(state: CoreState, fillSeq: number): void {
  const { fills } = state;
  const at = fills.at(fillSeq);
  const lots = fills.lots(at);
  for (const side of [TAKER, MAKER]) giveBack(state, at, side);
  for (const side of [TAKER, MAKER]) {
    const leg = at + side;
    if (fills.isBuy(leg)) takeShares(state, fills.entry(leg), lots);
    else takeCash(state, fills.account(leg), deltaOf(state, at, side));
  }
  state.markets.addTo(fills.market(at), MINTED, -fillMintedLots(state, at));
  state.feesMicro -= fills.feeMicro(at);
  leaveUnsettled(state, at);
}

/** The fill counts against the bounds of what is unsettled. */
export function enterUnsettled({ fills, accounts }: CoreState, at: number): void {
  fills.unsettledMicro += fills.lots(at) * LOT_MICRO;
  accounts.addTaken(fills.account(at + TAKER), 1, fills.lots(at));
}

/** The fill no longer counts against the bounds of what is unsettled. */
function leaveUnsettled({ fills, accounts }: CoreState, at: number): void {
  fills.unsettledMicro -= fills.lots(at) * LOT_MICRO;
  accounts.addTaken(fills.account(at + TAKER), -1, -fills.lots(at));
}

/** What the leg spent is its owner's again. */
function giveBack(state: CoreState, at: number, side: number): void {
  const { cash, shares, fills, events } = state;
  const leg = at + side;
  const account = fills.account(leg);
  const entry = fills.entry(leg);
  events.add1(EventKind.BALANCE, account);
  events.add1(EventKind.POSITION, entry >> 1);
  if (fills.isBuy(leg)) {
    const spentMicro = -deltaOf(state, at, side);
    cash.addPendingDebit(account, -spentMicro);
    cash.credit(account, spentMicro);
  } else {
    const lots = fills.lots(at);
    shares.addPendingDebit(entry, -lots);
    shares.credit(entry, lots);
    shares.addCost(entry, legCostMicro(entry, fills.tick(at), lots));
  }
}

/** @throws CoreAssertionError unless the two legs, the fee and the pairs made sum to nothing. */
export function assertConserved(
  takerMicro: number,
  makerMicro: number,
  feeMicro: number,
  minted: number,
): void {
  const moved = takerMicro + makerMicro + feeMicro + minted * LOT_MICRO;
  assert(moved === 0, "a fill makes and destroys no money");
}
