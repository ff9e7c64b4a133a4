import { OPEN_TAIL } from "./accounts.ts";
import { EndReason, EventKind } from "./event-log.ts";
import { AVAILABLE, type Funds } from "./funds.ts";
import { ACCOUNT_PREVIOUS, NO_SLOT, SLOT_SHIFT } from "./order-slots.ts";
import { endOrder, lockEntry, lockedFunds } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** Ends open orders that lock the entry, the newest first, until `column` of it reaches `amount`. */
export function freeLocks(
  state: CoreState,
  account: number,
  funds: Funds,
  entry: number,
  column: number,
  amount: number,
): void {
  let slot = state.accounts.get(account, OPEN_TAIL);
  while (slot !== NO_SLOT && funds.get(entry, column) < amount) {
    const before = state.slots.words[(slot << SLOT_SHIFT) | ACCOUNT_PREVIOUS] as number;
    if (lockedFunds(state, slot) === funds && lockEntry(state, slot) === entry) {
      endOrder(state, slot, EndReason.WITHDRAWAL);
    }
    slot = before;
  }
}

/** Takes cash that the account no longer has on chain; orders that it covered are cancelled. */
export function takeCash(state: CoreState, account: number, amount: number): void {
  state.events.add1(EventKind.BALANCE, account);
  freeLocks(state, account, state.cash, account, AVAILABLE, amount);
  state.cash.charge(account, amount);
}

/** Takes shares that the account no longer has on chain, with their part of the cost. */
export function takeShares(state: CoreState, entry: number, lots: number): void {
  const holding = entry >> 1;
  state.events.add1(EventKind.POSITION, holding);
  const account = state.holdings.accountOf(holding);
  freeLocks(state, account, state.shares, entry, AVAILABLE, lots);
  state.holdings.removeCost(entry, lots, state.shares.total(entry));
  state.shares.charge(entry, lots);
}
