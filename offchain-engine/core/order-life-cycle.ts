import type { CancelReason } from "../../protocol/engine/view.ts";
import { costMicro, Side } from "../../protocol/units.ts";
import { assert } from "./assert.ts";
import type { Funds } from "./funds.ts";
import { linkOpenOrder, unlinkOpenOrder } from "./open-orders.ts";
import { NO_SLOT } from "./order-pool.ts";
import type { OrderRecord } from "./orders.ts";
import type { CoreState } from "./state.ts";

/**
 * The one life of an order, and what it holds on the way:
 *
 *   accepted → open → partially_filled → filled | cancelled | expired
 *
 * `open` and `partially_filled` orders rest in the book, except within the command that accepts
 * them. A refused order has no record, so `rejected` is never stored.
 */

export function isFinal(order: OrderRecord): boolean {
  return order.status !== "open" && order.status !== "partially_filled";
}

export function remainingLots(order: OrderRecord): number {
  return order.order.quantity - order.filledLots;
}

function fundsOf(state: CoreState, order: OrderRecord): Funds {
  return order.locksCash ? state.cash : state.shares;
}

/** Marks the order, and the funds that it locks, as changed by this command. */
function touch(state: CoreState, order: OrderRecord): void {
  order.updatedAtMs = state.timeMs;
  state.touched.orders.add(order.id);
  if (order.locksCash) state.touched.balances.add(order.account);
  else state.touched.holdings.add(order.holding);
}

/** Takes the order in: its nonce and client id are used, its funds locked. */
export function acceptOrder(state: CoreState, order: OrderRecord, lockAmount: number): void {
  const account = state.accounts.get(order.account);
  state.orders.add(order);
  const lane = account.lanes.get(order.order.nonce);
  if (lane) lane.orderId = order.id;
  else account.lanes.set(order.order.nonce, { orderId: order.id, settledLots: 0 });
  if (order.clientId !== null) account.clientIds.add(order.clientId);
  const funds = fundsOf(state, order);
  funds.lock(order.lockEntry, lockAmount);
  funds.topUp(order.lockEntry);
  order.lockedAmount = lockAmount;
  state.history.text(order.hash).integer(order.filledLots);
  touch(state, order);
}

/** Puts what remains of the order in the book, behind all of its price. */
export function restOrder(state: CoreState, order: OrderRecord): void {
  const market = state.markets.get(order.market);
  const slot = state.pool.take(order.id, order.account, remainingLots(order));
  order.slot = slot;
  market.book.append(order.ladderSide, order.yesPriceTicks, slot);
  linkOpenOrder(state.pool, state.accounts.get(order.account), slot);
  state.touched.books.add(market.index);
  if (order.order.expiry === 0) return;
  state.expiringOrders++;
  state.expiries.push(expiresAtMs(state, order), order.id);
}

/** When the order leaves the book: before its expiry, by the time that settlement needs. */
export function expiresAtMs(state: CoreState, order: OrderRecord): number {
  return order.order.expiry * 1000 - state.limits.expiryLeadMs;
}

/** Spends part of what the order locked. */
export function spendLock(state: CoreState, order: OrderRecord, amount: number): void {
  assert(amount <= order.lockedAmount, "an order spends only what it locked");
  fundsOf(state, order).spendLocked(order.lockEntry, amount);
  order.lockedAmount -= amount;
}

/** Counts a fill. A resting order that is full leaves the book. */
export function countFill(state: CoreState, order: OrderRecord, lots: number): void {
  order.filledLots += lots;
  assert(order.filledLots <= order.order.quantity, "an order never overfills");
  order.status = remainingLots(order) === 0 ? "filled" : "partially_filled";
  touch(state, order);
  if (order.slot === NO_SLOT) return;
  state.markets.get(order.market).book.reduce(order.slot, lots);
  state.touched.books.add(order.market);
  if (order.status === "filled") leaveBook(state, order);
}

/** Lowers the lock to `amount`; the surplus is free again. */
export function trimLock(state: CoreState, order: OrderRecord, amount: number): void {
  const surplus = order.lockedAmount - amount;
  assert(surplus >= 0, "a lock is only ever lowered");
  fundsOf(state, order).unlock(order.lockEntry, surplus);
  order.lockedAmount = amount;
}

/** What a resting buy or sell needs for the rest of its quantity: a maker pays no fee. */
export function restingLock(order: OrderRecord): number {
  const { side, price } = order.order;
  return side === Side.BUY ? costMicro(price, remainingLots(order)) : remainingLots(order);
}

/** Ends an open order for `reason`, or because it expired; its lock is free again. */
export function endOrder(
  state: CoreState,
  order: OrderRecord,
  reason: CancelReason | "expired",
): void {
  assert(!isFinal(order), "an order ends once");
  if (order.slot !== NO_SLOT) {
    state.touched.books.add(order.market);
    leaveBook(state, order);
  }
  order.status = reason === "expired" ? "expired" : "cancelled";
  order.cancelReason = reason === "expired" ? null : reason;
  state.history.integer(order.id).text(reason).integer(order.filledLots);
  touch(state, order);
  // The amending order locks next, in the same entry; a delayed exit must not come between.
  if (reason === "replaced") {
    fundsOf(state, order).unlockForRelock(order.lockEntry, order.lockedAmount);
    order.lockedAmount = 0;
  } else {
    trimLock(state, order, 0);
  }
}

/** Gives a resting order's place in the queue to its smaller amendment. */
export function inheritPlace(state: CoreState, order: OrderRecord, replaced: OrderRecord): void {
  const slot = replaced.slot;
  const lessLots = remainingLots(replaced) - remainingLots(order);
  replaced.slot = NO_SLOT;
  order.slot = slot;
  state.pool.orderId[slot] = order.id;
  state.markets.get(order.market).book.reduce(slot, lessLots);
  state.touched.books.add(order.market);
  if (order.order.expiry !== 0) state.expiries.push(expiresAtMs(state, order), order.id);
}

function leaveBook(state: CoreState, order: OrderRecord): void {
  state.markets.get(order.market).book.remove(order.slot);
  unlinkOpenOrder(state.pool, state.accounts.get(order.account), order.slot);
  state.pool.free(order.slot);
  order.slot = NO_SLOT;
  if (order.order.expiry !== 0) state.expiringOrders--;
}
