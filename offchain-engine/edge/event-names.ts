import type { Address } from "viem";
import { assert } from "../core/assert.ts";
import { NO_MARKET } from "../core/markets.ts";
import type { EdgeState } from "./edge-state.ts";

/** The index of the account that a chain event names; a new one when it was never met. */
export function accountOf(state: EdgeState, event: { account: Address }): number {
  return state.accounts.intern(event.account).index;
}

/** The index of the market that a chain event names. */
export function marketOf(state: EdgeState, event: { marketId: number }): number {
  const market = state.markets.find(event.marketId);
  assert(market !== NO_MARKET, "the chain names only markets it created");
  return market;
}

/** The entry of the shares that a chain event names. */
export function entryOf(
  state: EdgeState,
  event: { account: Address; marketId: number; outcome: 0 | 1 },
): number {
  const { holdings, accounts } = state.core;
  const account = accountOf(state, event);
  return holdings.internEntry(accounts, account, marketOf(state, event), event.outcome);
}
