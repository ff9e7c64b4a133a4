import { FLOOR_HIGH, FLOOR_LOW } from "./accounts.ts";
import { EndReason } from "./event-log.ts";
import { NO_MARKET } from "./markets.ts";
import { NO_SLOT } from "./order-slots.ts";
import { endOrder, marketOf } from "./resting-order.ts";
import type { CoreState } from "./state.ts";

/** Cancels one resting order. That it is its maker's to cancel is known outside. */
export function cancel(state: CoreState, slot: number): void {
  endOrder(state, slot, EndReason.USER);
}

/** Cancels the account's resting orders, oldest first: of one market, or of all (`NO_MARKET`). */
export function cancelAll(
  state: CoreState,
  account: number,
  market: number,
  reason: EndReason = EndReason.USER,
): void {
  for (let slot = state.accounts.openHead(account); slot !== NO_SLOT; ) {
    const next = state.slots.accountNext(slot);
    if (market === NO_MARKET || marketOf(state, slot) === market) endOrder(state, slot, reason);
    slot = next;
  }
}

/** Cancels the account's resting orders whose nonce is below its floor. */
export function cancelBelowFloor(state: CoreState, account: number): void {
  const high = state.accounts.get(account, FLOOR_HIGH) >>> 0;
  const low = state.accounts.get(account, FLOOR_LOW) >>> 0;
  for (let slot = state.accounts.openHead(account); slot !== NO_SLOT; ) {
    const next = state.slots.accountNext(slot);
    if (state.nonces.isBelow(state.slots.nonce(slot), high, low)) {
      endOrder(state, slot, EndReason.CANCEL_FLOOR);
    }
    slot = next;
  }
}

/** Cancels the account's resting order of that used nonce, if there is one. */
export function cancelNonce(state: CoreState, account: number, nonce: number): void {
  for (let slot = state.accounts.openHead(account); slot !== NO_SLOT; ) {
    const next = state.slots.accountNext(slot);
    if (state.slots.nonce(slot) === nonce) cancel(state, slot);
    slot = next;
  }
}
