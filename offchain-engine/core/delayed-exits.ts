import type { AccountRecord } from "./accounts.ts";
import type { Funds } from "./funds.ts";
import type { OrderRecord } from "./orders.ts";
import { endRelease } from "./releases.ts";
import { freeLocks, takeCash, takeShares } from "./shortfall.ts";
import type { CoreState } from "./state.ts";

/**
 * Exits that the operator cannot refuse. From the request on, the engine sets the amount aside:
 * first what is free, then what open orders lock, then all that comes in. So the chain can pay it
 * out whenever its delay has passed, and every fill still settles.
 */

function request(
  state: CoreState,
  account: AccountRecord,
  funds: Funds,
  entry: number,
  amount: number,
  locksEntry: (order: OrderRecord) => boolean,
): void {
  funds.request(entry, amount);
  const isCovered = () => funds.requestReserve.get(entry) >= amount;
  freeLocks(state, account, locksEntry, isCovered, "withdrawal");
}

export function requestWithdrawal(state: CoreState, account: AccountRecord, micro: number): void {
  state.touched.balances.add(account.index);
  request(state, account, state.cash, account.index, micro, (order) => order.locksCash);
}

export function cancelWithdrawal(state: CoreState, account: AccountRecord): void {
  state.touched.balances.add(account.index);
  state.cash.dropRequest(account.index);
}

/** Cash left escrow: by a release, or, with release nonce 0, by the delayed withdrawal. */
export function withdraw(
  state: CoreState,
  account: AccountRecord,
  micro: number,
  releaseNonce: string,
): void {
  if (releaseNonce === "0") state.cash.dropRequest(account.index);
  else endRelease(state, account.index, releaseNonce);
  takeCash(state, account.index, micro);
  state.cash.settled.add(account.index, -micro);
  state.cashInflowMicro -= micro;
}

export function requestExport(
  state: CoreState,
  account: AccountRecord,
  entry: number,
  lots: number,
): void {
  state.touched.holdings.add(entry >> 1);
  const locksEntry = (order: OrderRecord) => !order.locksCash && order.lockEntry === entry;
  request(state, account, state.shares, entry, lots, locksEntry);
}

export function cancelExport(state: CoreState, entry: number): void {
  state.touched.holdings.add(entry >> 1);
  state.shares.dropRequest(entry);
}

/** Shares left escrow as tokens: by a release, or, with release nonce 0, by the delayed export. */
export function exportShares(
  state: CoreState,
  account: AccountRecord,
  entry: number,
  lots: number,
  releaseNonce: string,
): void {
  if (releaseNonce === "0") state.shares.dropRequest(entry);
  else endRelease(state, account.index, releaseNonce);
  takeShares(state, entry, lots);
  state.shares.settled.add(entry, -lots);
}
