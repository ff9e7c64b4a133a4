import { PRICE_SCALE } from "../../protocol/units.ts";

/** What a YES share counts for in ticks while nobody has traded it: par. */
export const PAR_TICKS = PRICE_SCALE / 2;

/** What a YES share counts for in ticks: the payout once final, else the last trade, else par. */
export function markYesTicks(market: {
  payoutYes: number | null;
  lastYesPriceTicks: number | null;
}): number {
  return market.payoutYes ?? market.lastYesPriceTicks ?? PAR_TICKS;
}
