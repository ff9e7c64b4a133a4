import { MICRO_PER_TICK_LOT, Outcome, PRICE_SCALE, Side } from "../../protocol/units.ts";
import { addLots, type Holding, removeLots } from "./holding.ts";

/** A position's book-keeping: what it holds, what that cost, and what was won with it so far. */
export interface Position {
  yesLots: bigint;
  noLots: bigint;
  yesCostMicro: bigint;
  noCostMicro: bigint;
  realisedPnlMicro: bigint;
  /** All that was ever paid for shares, and all that was ever received for them. */
  boughtMicro: bigint;
  soldMicro: bigint;
  feesMicro: bigint;
  /** Cash that trades moved, in either direction. */
  volumeMicro: bigint;
  trades: number;
}

export const EMPTY_POSITION: Readonly<Position> = {
  yesLots: 0n,
  noLots: 0n,
  yesCostMicro: 0n,
  noCostMicro: 0n,
  realisedPnlMicro: 0n,
  boughtMicro: 0n,
  soldMicro: 0n,
  feesMicro: 0n,
  volumeMicro: 0n,
  trades: 0,
};

/** One account's side of a fill. `feeMicro` is 0 for the maker. */
export interface FillSide {
  outcome: Outcome;
  side: Side;
  yesPriceTicks: number;
  quantityLots: number;
  feeMicro: bigint;
}

/** What `lots` of `outcome` are worth in micro while YES stands at `yesTicks`. Exact. */
export function worthMicro(outcome: Outcome, lots: bigint, yesTicks: number): bigint {
  const ticks = outcome === Outcome.YES ? yesTicks : PRICE_SCALE - yesTicks;
  return lots * BigInt(ticks * MICRO_PER_TICK_LOT);
}

/** What the fill costs or brings this side, fee aside, in micro. */
export function fillCostMicro(fill: Omit<FillSide, "feeMicro">): bigint {
  return worthMicro(fill.outcome, BigInt(fill.quantityLots), fill.yesPriceTicks);
}

/** The position after a fill: shares at its price; the fee is a loss at once. */
export function applyFill(position: Position, fill: FillSide): Position {
  const costMicro = fillCostMicro(fill);
  const lots = BigInt(fill.quantityLots);
  const change = fill.side === Side.BUY ? acquire : dispose;
  const changed = change(position, fill.outcome, lots, costMicro);
  return {
    ...changed,
    realisedPnlMicro: changed.realisedPnlMicro - fill.feeMicro,
    feesMicro: changed.feesMicro + fill.feeMicro,
    volumeMicro: changed.volumeMicro + costMicro,
    trades: changed.trades + 1,
  };
}

/** The position after `lots` came in at a cost: bought, split, or imported at the mark. */
export function acquire(
  position: Position,
  outcome: Outcome,
  lots: bigint,
  costMicro: bigint,
): Position {
  const holding = addLots(holdingOf(position, outcome), lots, costMicro);
  return {
    ...withHolding(position, outcome, holding),
    boughtMicro: position.boughtMicro + costMicro,
  };
}

/** The position after `lots` left for proceeds: sold, redeemed, or exported at the mark. */
export function dispose(
  position: Position,
  outcome: Outcome,
  lots: bigint,
  proceedsMicro: bigint,
): Position {
  const { left, removedCostMicroDown } = removeLots(holdingOf(position, outcome), lots);
  return {
    ...withHolding(position, outcome, left),
    soldMicro: position.soldMicro + proceedsMicro,
    realisedPnlMicro: position.realisedPnlMicro + proceedsMicro - removedCostMicroDown,
  };
}

function holdingOf(position: Position, outcome: Outcome): Holding {
  return outcome === Outcome.YES
    ? { lots: position.yesLots, costMicro: position.yesCostMicro }
    : { lots: position.noLots, costMicro: position.noCostMicro };
}

function withHolding(position: Position, outcome: Outcome, holding: Holding): Position {
  return outcome === Outcome.YES
    ? { ...position, yesLots: holding.lots, yesCostMicro: holding.costMicro }
    : { ...position, noLots: holding.lots, noCostMicro: holding.costMicro };
}
