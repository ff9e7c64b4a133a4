import type { Accounts } from "./accounts.ts";
import { NO_SLOT, type OrderSlots } from "./order-slots.ts";

// Bound here, since V8 folds the constants of a file itself, and not those that it imports.
const NONE = NO_SLOT;

/** Appends a slot to its account's open orders. */
export function linkOpenOrder(
  slots: OrderSlots,
  accounts: Accounts,
  account: number,
  slot: number,
): void {
  const tail = accounts.openTail(account);
  slots.setAccountPrevious(slot, tail);
  slots.setAccountNext(slot, NONE);
  if (tail === NONE) accounts.setOpenHead(account, slot);
  else slots.setAccountNext(tail, slot);
  accounts.setOpenTail(account, slot);
  accounts.addOpen(account, 1);
}

/** Takes a slot out of its account's open orders. */
export function unlinkOpenOrder(
  slots: OrderSlots,
  accounts: Accounts,
  account: number,
  slot: number,
): void {
  const previous = slots.accountPrevious(slot);
  const next = slots.accountNext(slot);
  if (previous === NONE) accounts.setOpenHead(account, next);
  else slots.setAccountNext(previous, next);
  if (next === NONE) accounts.setOpenTail(account, previous);
  else slots.setAccountPrevious(next, previous);
  accounts.addOpen(account, -1);
}

/** The account's resting orders, oldest first. Collected first, so the caller may end them. */
export function openSlotsOf(slots: OrderSlots, accounts: Accounts, account: number): number[] {
  const open: number[] = [];
  let slot = accounts.openHead(account);
  while (slot !== NO_SLOT) {
    open.push(slot);
    slot = slots.accountNext(slot);
  }
  return open;
}
