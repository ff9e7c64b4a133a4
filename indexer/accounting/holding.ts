import { strict as assert } from "node:assert";

/** Lots of one outcome and what they cost in all, in micro. */
export interface Holding {
  lots: bigint;
  costMicro: bigint;
}

/** The holding after `lots` more were bought for `costMicro`. */
export function addLots(holding: Holding, lots: bigint, costMicro: bigint): Holding {
  return { lots: holding.lots + lots, costMicro: holding.costMicro + costMicro };
}

/**
 * The holding after `lots` left it, and their share of its cost, rounded down: the micro that does
 * not divide stays with the rest, and the last lot takes all that is left, so that no cost is lost.
 */
export function removeLots(
  holding: Holding,
  lots: bigint,
): { left: Holding; removedCostMicroDown: bigint } {
  assert(lots <= holding.lots, "more lots leave a position than the chain ever gave it");
  if (lots === 0n) return { left: holding, removedCostMicroDown: 0n };
  const removedCostMicroDown = (holding.costMicro * lots) / holding.lots;
  return {
    left: { lots: holding.lots - lots, costMicro: holding.costMicro - removedCostMicroDown },
    removedCostMicroDown,
  };
}
