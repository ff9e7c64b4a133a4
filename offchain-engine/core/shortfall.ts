import { EndReason, EventKind } from "./event-log.ts";
import type { Funds } from "./funds.ts";
import { NO_SLOT } from "./order-slots.ts";
import { endOrder, lockEntry, lockedFunds } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** Ends open orders that lock the entry, the newest first, until it is enough. */
export function freeLocks(
  state: CoreState,
  account: number,
  funds: Funds,
  entry: number,
  isEnough: () => boolean,
): void {
  let slot = state.accounts.openTail(account);
  while (slot !== NO_SLOT && !isEnough()) {
    const before = state.slots.accountPrevious(slot);
    if (lockedFunds(state, slot) === funds && lockEntry(state, slot) === entry) {
      endOrder(state, slot, EndReason.WITHDRAWAL);
    }
    slot = before;
  }
}

/** Takes cash that the account no longer has on chain; orders that it covered are cancelled. */
export function takeCash(state: CoreState, account: number, amount: number): void {
  state.events.add1(EventKind.BALANCE, account);
  const { cash } = state;
  freeLocks(state, account, cash, account, () => cash.available(account) >= amount);
  cash.charge(account, amount);
}

/** Takes shares that the account no longer has on chain, with their part of the cost. */
export function takeShares(state: CoreState, entry: number, lots: number): void {
  const holding = entry >> 1;
  state.events.add1(EventKind.POSITION, holding);
  const account = state.holdings.accountOf(holding);
  const { shares } = state;
  freeLocks(state, account, shares, entry, () => shares.available(entry) >= lots);
  state.holdings.removeCost(entry, lots, shares.total(entry));
  shares.charge(entry, lots);
}
