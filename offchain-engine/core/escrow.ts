import { costMicro, PRICE_SCALE } from "../../protocol/units.ts";
import { EventKind } from "./event-log.ts";
import type { Funds } from "./funds.ts";
import { NO_INFLOW } from "./markets.ts";
import { endRelease } from "./releases.ts";
import { freeLocks, takeCash, takeShares } from "./shortfall.ts";
import type { CoreState } from "./state.ts";

/**
 * What comes into escrow and leaves it. From the request of a delayed exit on, the engine sets the amount
 * aside: first what is free, then what open orders lock, then all that comes in. So the chain can pay it
 * out whenever its delay has passed, and every fill still settles.
 */

/** In place of a release's nonce: the exit was the delayed one. */
export const DELAYED_EXIT = 0;

/** Cash came into escrow. */
export function bringCash(state: CoreState, account: number, micro: number): void {
  state.cash.credit(account, micro);
  state.cash.addSettled(account, micro);
  state.cashInflowMicro += micro;
  state.events.add1(EventKind.BALANCE, account);
}

/** Shares came into escrow: credited as settled. They count as bought at the market's mark. */
export function bringShares(state: CoreState, entry: number, lots: number): void {
  const market = state.holdings.marketOf(entry >> 1);
  const markYesTicks = state.markets.markYesTicks(market);
  const markTicks = (entry & 1) === 1 ? markYesTicks : PRICE_SCALE - markYesTicks;
  state.shares.credit(entry, lots);
  state.shares.addSettled(entry, lots);
  state.shares.addCost(entry, costMicro(markTicks, lots));
  state.events.add1(EventKind.POSITION, entry >> 1);
  countInflow(state, entry, lots);
}

/** Shares left escrow against their payout. */
export function redeemShares(state: CoreState, entry: number, lots: number): void {
  takeShares(state, entry, lots);
  state.shares.addSettled(entry, -lots);
  countInflow(state, entry, -lots);
}

/** Counts shares that came into escrow other than by a fill; negative for those that left. */
export function countInflow(state: CoreState, entry: number, lots: number): void {
  state.markets.addTo(state.holdings.marketOf(entry >> 1), NO_INFLOW + (entry & 1), lots);
}

/** A delayed exit of `amount` that first takes what is free, then what open orders lock. */
export function request(
  state: CoreState,
  account: number,
  funds: Funds,
  entry: number,
  amount: number,
): void {
  funds.request(entry, amount);
  freeLocks(state, account, funds, entry, () => funds.requestReserve(entry) >= amount);
}

/** A delayed withdrawal was asked for. */
export function requestWithdrawal(state: CoreState, account: number, micro: number): void {
  state.events.add1(EventKind.BALANCE, account);
  request(state, account, state.cash, account, micro);
}

export function cancelWithdrawal(state: CoreState, account: number): void {
  state.events.add1(EventKind.BALANCE, account);
  state.cash.dropRequest(account);
}

/** Cash left escrow: by the release of that nonce, or by the delayed withdrawal. */
export function withdraw(
  state: CoreState,
  account: number,
  micro: number,
  releaseNonce: number,
): void {
  if (releaseNonce === DELAYED_EXIT) state.cash.dropRequest(account);
  else endRelease(state, account, releaseNonce);
  takeCash(state, account, micro);
  state.cash.addSettled(account, -micro);
  state.cashInflowMicro -= micro;
}

/** A delayed export of shares was asked for. */
export function requestExport(state: CoreState, entry: number, lots: number): void {
  state.events.add1(EventKind.POSITION, entry >> 1);
  request(state, state.holdings.accountOf(entry >> 1), state.shares, entry, lots);
}

export function cancelExport(state: CoreState, entry: number): void {
  state.events.add1(EventKind.POSITION, entry >> 1);
  state.shares.dropRequest(entry);
}

/** Shares left escrow as tokens: by the release of that nonce, or by the delayed export. */
export function exportShares(
  state: CoreState,
  entry: number,
  lots: number,
  releaseNonce: number,
): void {
  if (releaseNonce === DELAYED_EXIT) state.shares.dropRequest(entry);
  else endRelease(state, state.holdings.accountOf(entry >> 1), releaseNonce);
  redeemShares(state, entry, lots);
}
