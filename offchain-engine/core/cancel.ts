import { FLOOR_HIGH, FLOOR_LOW, OPEN_HEAD } from "./accounts.ts";
import { EndReason } from "./event-log.ts";
import { NO_MARKET } from "./markets.ts";
import { ACCOUNT_NEXT, NO_SLOT, NONCE, SLOT_SHIFT } from "./order-slots.ts";
import { endOrder, marketOf, termOf } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** Cancels one resting order. That it is its maker's to cancel is known outside. */
export function cancel(state: CoreState, slot: number): void {
  endOrder(state, slot, EndReason.USER);
}

/** Cancels the account's resting orders, oldest first: of one market, or of all (`NO_MARKET`). */
export function cancelAll(state: CoreState, account: number, market: number): void {
  for (let slot = state.accounts.get(account, OPEN_HEAD); slot !== NO_SLOT; ) {
    const next = state.slots.words[(slot << SLOT_SHIFT) | ACCOUNT_NEXT] as number;
    if (market === NO_MARKET || marketOf(state, slot) === market) cancel(state, slot);
    slot = next;
  }
}

/** Cancels the account's resting orders whose nonce is below its floor. */
export function cancelBelowFloor(state: CoreState, account: number): void {
  const high = state.accounts.get(account, FLOOR_HIGH) >>> 0;
  const low = state.accounts.get(account, FLOOR_LOW) >>> 0;
  for (let slot = state.accounts.get(account, OPEN_HEAD); slot !== NO_SLOT; ) {
    const next = state.slots.words[(slot << SLOT_SHIFT) | ACCOUNT_NEXT] as number;
    if (state.nonces.isBelow(termOf(state, slot, NONCE), high, low)) {
      endOrder(state, slot, EndReason.CANCEL_FLOOR);
    }
    slot = next;
  }
}

/** Cancels the account's resting order of that used nonce, if there is one. */
export function cancelNonce(state: CoreState, account: number, nonce: number): void {
  for (let slot = state.accounts.get(account, OPEN_HEAD); slot !== NO_SLOT; ) {
    const next = state.slots.words[(slot << SLOT_SHIFT) | ACCOUNT_NEXT] as number;
    if (termOf(state, slot, NONCE) === nonce) cancel(state, slot);
    slot = next;
  }
}
