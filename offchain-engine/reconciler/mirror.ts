import type { Address } from "viem";

/** An account's cash as the engine expects it in the contract. */
export interface ExpectedCash {
  account: Address;
  cashMicro: bigint;
}

/** An account's shares in a market as the engine expects them in the contract. */
export interface ExpectedShares {
  account: Address;
  marketId: number;
  yesLots: bigint;
  noLots: bigint;
}

/** What the engine expects the contract to hold: everything settled, nothing matched only. Taken at one instant. */
export interface ExpectedChain {
  /** The last block that it includes. */
  blockNumber: number;
  lastBatchId: number;
  /** Every account that ever held cash. */
  cash: readonly ExpectedCash[];
  shares: readonly ExpectedShares[];
}
