import type { HashKey } from "./keyed-hash.ts";

/**
 * What the core bounds. Part of the state machine: a journal replays alike only under the limits
 * that it was written under.
 */
export interface CoreLimits {
  maxOpenOrdersPerAccount: number;
  /**
   * Resting orders that one order may meet: fills, and own orders that self-trade prevention cancels. One
   * that would meet more ends there, so that no command's work, events and fills grow without bound.
   */
  maxFillsPerOrder: number;
  /** Orders that would take wait (`settlement_behind`) while as many fills are unsettled. */
  maxUnsettledFills: number;
  /** Those wait while the oldest unsettled fill is older. A third of the chain's exit delay. */
  maxUnsettledAgeMs: number;
  /**
   * Those wait while unsettled fills are worth more: a share counts as 1 collateral, the most that it
   * can come to. At most 2⁵²: sums stay exact integers.
   */
  maxUnsettledMicro: number;
  /**
   * How long before its signed expiry an order leaves the book. 0 for our contract, which gives what
   * was matched in time the settlement grace to arrive.
   */
  expiryLeadMs: number;
  /** Fast exits that an account may have promised to it and not yet used. */
  maxReleasesPerAccount: number;
  /** Orders that ended, without a remembered fill, which are remembered: the last so many. */
  rememberedOrders: number;
  /** Fills that have settled which are remembered, and both their orders with them: the last so many. */
  rememberedFills: number;
  /** How long past its deadline, by block time, an unused release still holds its funds. */
  releaseMarginSeconds: number;
  /**
   * How deep a reorganisation may reach: what blocks did is kept undoable until the newest that was taken
   * is higher by so much.
   */
  maxReorgBlocks: number;
}

/**
 * Once half of `maxUnsettledFills` is used, an account waits that took more unsettled fills than this part of
 * what is left; and alike with `maxUnsettledMicro` and what those fills are worth. So neither tiny fills of
 * one account nor worthless shares that two pass to and fro use a bound up for everybody, and those of n accounts
 * in concert leave 8 / (8 + n) of it, but for the last order of each.
 */
export const FAIR_PARTS = 8;

export const DEFAULT_LIMITS: CoreLimits = {
  maxOpenOrdersPerAccount: 1_000,
  maxFillsPerOrder: 1_000,
  maxUnsettledFills: 10_000,
  maxUnsettledAgeMs: 20 * 60_000,
  maxUnsettledMicro: 2 ** 52,
  expiryLeadMs: 0,
  maxReleasesPerAccount: 16,
  rememberedOrders: 100_000,
  rememberedFills: 10_000,
  releaseMarginSeconds: 60,
  maxReorgBlocks: 64,
};

/**
 * The limits of one core; `chainId` enters the state hash, so that two deployments never agree. `hashKey` does
 * not: whoever takes strangers' orders draws one, and without it stands `KNOWN_HASH_KEY`.
 */
export type CoreConfig = { chainId: number; hashKey?: HashKey } & Partial<CoreLimits>;
