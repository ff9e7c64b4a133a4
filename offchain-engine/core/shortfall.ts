import type { CancelReason } from "../../protocol/engine/view.ts";
import type { AccountRecord } from "./accounts.ts";
import { openOrdersOf } from "./open-orders.ts";
import { endOrder } from "./order-life-cycle.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";

/** Ends open orders that lock the entry, the newest first, until `isCovered`. */
export function freeLocks(
  state: CoreState,
  account: AccountRecord,
  locksEntry: (order: OrderRecord) => boolean,
  isCovered: () => boolean,
  reason: CancelReason,
): void {
  if (isCovered()) return;
  for (const order of openOrdersOf(state, account).reverse()) {
    if (!locksEntry(order)) continue;
    endOrder(state, order, reason);
    if (isCovered()) return;
  }
}

/** Takes cash that the account no longer has on chain; orders that it covered are cancelled. */
export function takeCash(state: CoreState, account: number, amount: number): void {
  state.touched.balances.add(account);
  freeLocks(
    state,
    state.accounts.get(account),
    (order) => order.locksCash,
    () => state.cash.available.get(account) >= amount,
    "withdrawal",
  );
  state.cash.charge(account, amount);
}

/** Takes shares that the account no longer has on chain, with their part of the cost. */
export function takeShares(state: CoreState, entry: number, lots: number): void {
  const holding = state.holdings.get(entry >> 1);
  state.touched.holdings.add(holding.index);
  freeLocks(
    state,
    state.accounts.get(holding.account),
    (order) => !order.locksCash && order.lockEntry === entry,
    () => state.shares.available.get(entry) >= lots,
    "withdrawal",
  );
  state.holdings.removeCost(entry, lots, state.shares.total(entry));
  state.shares.charge(entry, lots);
}
