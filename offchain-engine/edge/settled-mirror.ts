import type { Address } from "viem";
import { NO_ACCOUNT } from "../core/accounts.ts";
import { NO_MARKET, SIMULATED_MINTED } from "../core/markets.ts";
import { NO_NONCE } from "../core/nonces.ts";
import type { EdgeState } from "./edge-state.ts";
import { splitNonce } from "./nonce-halves.ts";
import { holdingsOf } from "./views.ts";

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
export function* settledAccounts(state: EdgeState): Generator<SettledAccount> {
  for (const { index } of state.accounts.all) yield settledAccount(state, index);
}

/** One account; null when the engine never met it. */
export function findSettledAccount(state: EdgeState, address: Address): SettledAccount | null {
  const index = state.accounts.find(address);
  return index === NO_ACCOUNT ? null : settledAccount(state, index);
}

function settledAccount(state: EdgeState, index: number): SettledAccount {
  const { cash } = state.core;
  return {
    account: state.accounts.get(index).address,
    cashMicro: cash.settled(index),
    simulatedCashMicro: cash.simulated(index),
    holdings: holdingsOf(state, index).map((holding) => settledHolding(state, holding)),
  };
}

function settledHolding({ core, markets }: EdgeState, holding: number): SettledHolding {
  const { shares, holdings } = core;
  const yes = 2 * holding + 1;
  const no = 2 * holding;
  return {
    marketId: markets.get(holdings.marketOf(holding)).view.marketId,
    yesLots: shares.settled(yes),
    noLots: shares.settled(no),
    simulatedYesLots: shares.simulated(yes),
    simulatedNoLots: shares.simulated(no),
  };
}

/** Quantity that settlement has counted on (maker, nonce), simulated batches included. */
export function settledLaneLots(state: EdgeState, maker: Address, decimal: string): number {
  const index = state.accounts.find(maker);
  const halves = splitNonce(decimal);
  if (index === NO_ACCOUNT || !halves) return 0;
  const nonce = state.core.nonces.find(index, halves.high, halves.low);
  return nonce === NO_NONCE ? 0 : state.core.nonces.settledLots(nonce);
}

/** Pairs that simulated batches made on the mirror, less those merged: beside what the chain shows. */
export function simulatedMintedLots(state: EdgeState, marketId: number): number {
  const market = state.markets.find(marketId);
  return market === NO_MARKET ? 0 : state.core.markets.tally(market, SIMULATED_MINTED);
}
