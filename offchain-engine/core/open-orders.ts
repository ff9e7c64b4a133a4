import { ACCOUNT_SHIFT, type Accounts, OPEN_COUNT, OPEN_HEAD, OPEN_TAIL } from "./accounts.ts";
import {
  ACCOUNT_NEXT,
  ACCOUNT_PREVIOUS,
  NO_SLOT,
  type OrderSlots,
  SLOT_SHIFT,
} from "./order-slots.ts";

/** Appends a slot to its account's open orders. */
export function linkOpenOrder(
  slots: OrderSlots,
  accounts: Accounts,
  account: number,
  slot: number,
): void {
  const { words: links } = slots;
  const { words } = accounts;
  const at = account << ACCOUNT_SHIFT;
  const tail = words[at | OPEN_TAIL] as number;
  links[(slot << SLOT_SHIFT) | ACCOUNT_PREVIOUS] = tail;
  links[(slot << SLOT_SHIFT) | ACCOUNT_NEXT] = NO_SLOT;
  if (tail === NO_SLOT) words[at | OPEN_HEAD] = slot;
  else links[(tail << SLOT_SHIFT) | ACCOUNT_NEXT] = slot;
  words[at | OPEN_TAIL] = slot;
  words[at | OPEN_COUNT] = (words[at | OPEN_COUNT] as number) + 1;
}

/** Takes a slot out of its account's open orders. */
export function unlinkOpenOrder(
  slots: OrderSlots,
  accounts: Accounts,
  account: number,
  slot: number,
): void {
  const { words: links } = slots;
  const { words } = accounts;
  const at = account << ACCOUNT_SHIFT;
  const previous = links[(slot << SLOT_SHIFT) | ACCOUNT_PREVIOUS] as number;
  const next = links[(slot << SLOT_SHIFT) | ACCOUNT_NEXT] as number;
  if (previous === NO_SLOT) words[at | OPEN_HEAD] = next;
  else links[(previous << SLOT_SHIFT) | ACCOUNT_NEXT] = next;
  if (next === NO_SLOT) words[at | OPEN_TAIL] = previous;
  else links[(next << SLOT_SHIFT) | ACCOUNT_PREVIOUS] = previous;
  words[at | OPEN_COUNT] = (words[at | OPEN_COUNT] as number) - 1;
}

/** The account's resting orders, oldest first. Collected first, so the caller may end them. */
export function openSlotsOf(slots: OrderSlots, accounts: Accounts, account: number): number[] {
  const open: number[] = [];
  let slot = accounts.get(account, OPEN_HEAD);
  while (slot !== NO_SLOT) {
    open.push(slot);
    slot = slots.words[(slot << SLOT_SHIFT) | ACCOUNT_NEXT] as number;
  }
  return open;
}
