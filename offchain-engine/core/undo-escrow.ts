import { countInflow, DELAYED_EXIT, redeemShares, request } from "./escrow.ts";
import { EventKind } from "./event-log.ts";
import type { Funds } from "./funds.ts";
import { type ReleaseRecord, restoreRelease } from "./releases.ts";
import { takeCash } from "./shortfall.ts";
import type { CoreState } from "./state.ts";

/**
 * The inverse of what came into escrow and left it, for blocks that a reorganisation took back. What is
 * gone is taken as any exit is: out of what is free, else open orders end, the newest first; what still
 * lacks stays as a debt, which whatever comes in pays before anything can be locked, reserved or released.
 * The cost of shares is the caller's to restore.
 */

/** Cash did not come into escrow after all. */
export function unbringCash(state: CoreState, account: number, micro: number): void {
  takeCash(state, account, micro);
  state.cash.addSettled(account, -micro);
  state.cashInflowMicro -= micro;
}

/** An exit of cash did not happen: what it paid is back, and so is what was set aside for it. */
export function unwithdraw(
  state: CoreState,
  account: number,
  micro: number,
  exit: UndoneExit,
): void {
  state.cash.addSettled(account, micro);
  state.cashInflowMicro += micro;
  state.events.add1(EventKind.BALANCE, account);
  restoreExit(state, account, state.cash, account, micro, exit);
}

/** Shares did not come into escrow after all. */
export function unbringShares(state: CoreState, entry: number, lots: number): void {
  redeemShares(state, entry, lots);
}

/** Shares that left escrow are back: those of an exit, or of a redemption, which is none. */
export function unleaveShares(
  state: CoreState,
  entry: number,
  lots: number,
  exit: UndoneExit | null,
): void {
  const account = state.holdings.accountOf(entry >> 1);
  state.shares.addSettled(entry, lots);
  countInflow(state, entry, lots);
  state.events.add1(EventKind.POSITION, entry >> 1);
  restoreExit(state, account, state.shares, entry, lots, exit);
}

/** What an exit used up. */
export interface UndoneExit {
  releaseNonce: number;
  /** Of the delayed exit that it was: its size before. */
  requested: number;
  /** The fast exit that it was, when its funds were still set aside. */
  release: ReleaseRecord | null;
}

/** The release comes before any delayed exit: it was promised out of what was free. */
function restoreExit(
  state: CoreState,
  account: number,
  funds: Funds,
  entry: number,
  amount: number,
  exit: UndoneExit | null,
): void {
  funds.creditForReserve(entry, amount);
  if (exit?.release) restoreRelease(state, exit.release);
  funds.topUp(entry);
  if (exit?.releaseNonce === DELAYED_EXIT) {
    restoreRequest(state, account, funds, entry, exit.requested);
  }
}

/** The delayed exit of the entry is of that size again; 0 for none. */
export function restoreRequest(
  state: CoreState,
  account: number,
  funds: Funds,
  entry: number,
  requested: number,
): void {
  if (funds === state.cash) state.events.add1(EventKind.BALANCE, account);
  else state.events.add1(EventKind.POSITION, entry >> 1);
  if (requested === 0) funds.dropRequest(entry);
  else request(state, account, funds, entry, requested);
}
