import type { Address } from "viem";
import { NO_ACCOUNT } from "./accounts.ts";
import { shareEntry } from "./holdings.ts";
import type { CoreState } from "./state.ts";

/**
 * What the engine knows the chain to hold, as of its last block. Simulated batches are inside each
 * figure, and beside it once more as `simulated…`: figure − simulated is what the chain shows.
 */
export interface SettledAccount {
  account: Address;
  cashMicro: number;
  simulatedCashMicro: number;
  holdings: SettledHolding[];
}

export interface SettledHolding {
  marketId: number;
  yesLots: number;
  noLots: number;
  simulatedYesLots: number;
  simulatedNoLots: number;
}

/** Every account that was ever seen, in the order of its first event. */
export function* settledAccounts(state: CoreState): Generator<SettledAccount> {
  for (const { index } of state.accounts.records) yield settledAccount(state, index);
}

/** One account; null when the engine never met it. */
export function findSettledAccount(state: CoreState, address: Address): SettledAccount | null {
  const index = state.accounts.find(address);
  return index === NO_ACCOUNT ? null : settledAccount(state, index);
}

function settledAccount(state: CoreState, index: number): SettledAccount {
  const account = state.accounts.get(index);
  return {
    account: account.address,
    cashMicro: state.cash.settled.get(index),
    simulatedCashMicro: state.cash.simulated.get(index),
    holdings: account.holdings.map((holding) => settledHolding(state, holding)),
  };
}

function settledHolding(state: CoreState, holding: number): SettledHolding {
  const yes = shareEntry(holding, 1);
  const no = shareEntry(holding, 0);
  return {
    marketId: state.markets.get(state.holdings.get(holding).market).view.marketId,
    yesLots: state.shares.settled.get(yes),
    noLots: state.shares.settled.get(no),
    simulatedYesLots: state.shares.simulated.get(yes),
    simulatedNoLots: state.shares.simulated.get(no),
  };
}

/** Quantity that settlement has counted on (maker, nonce), simulated batches included. */
export function settledLaneLots(state: CoreState, maker: Address, nonce: string): number {
  const index = state.accounts.find(maker);
  if (index === NO_ACCOUNT) return 0;
  return state.accounts.get(index).lanes.get(nonce)?.settledLots ?? 0;
}

/** Pairs that simulated batches made on the mirror, less those merged: beside what the chain shows. */
export function simulatedMintedLots(state: CoreState, marketId: number): number {
  return state.markets.find(marketId)?.simulatedMintedLots ?? 0;
}
