import type { AccountRecord } from "./accounts.ts";
import { NO_SLOT, type OrderPool } from "./order-pool.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";

/** Appends a slot to its account's open orders. */
export function linkOpenOrder(pool: OrderPool, account: AccountRecord, slot: number): void {
  pool.accountPrevious[slot] = account.openTail;
  pool.accountNext[slot] = NO_SLOT;
  if (account.openTail === NO_SLOT) account.openHead = slot;
  else pool.accountNext[account.openTail] = slot;
  account.openTail = slot;
  account.openCount++;
}

export function unlinkOpenOrder(pool: OrderPool, account: AccountRecord, slot: number): void {
  const previous = pool.accountPrevious[slot] as number;
  const next = pool.accountNext[slot] as number;
  if (previous === NO_SLOT) account.openHead = next;
  else pool.accountNext[previous] = next;
  if (next === NO_SLOT) account.openTail = previous;
  else pool.accountPrevious[next] = previous;
  account.openCount--;
}

/** The account's resting orders, oldest first. Collected first, so the caller may end them. */
export function openOrdersOf(state: CoreState, account: AccountRecord): OrderRecord[] {
  const orders: OrderRecord[] = [];
  for (let slot = account.openHead; slot !== NO_SLOT; ) {
    orders.push(state.orders.get(state.pool.orderId[slot] as number));
    slot = state.pool.accountNext[slot] as number;
  }
  return orders;
}
