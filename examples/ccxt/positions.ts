import type { AgonClient, Market } from "../../sdk/index.ts";
import { known, moneyOf, priceOf, sharesOf, ticksOf } from "./floats.ts";
import { namesOf, settleFraction } from "./markets.ts";
import type { CcxtPosition } from "./structures.ts";

export type PortfolioPosition = Awaited<
  ReturnType<AgonClient["getPortfolio"]>
>["positions"][number];

/** What is held of one outcome; `realisedMicro` is the whole market's, as the index counts it. */
export function toPosition(
  market: Market,
  label: "YES" | "NO",
  position: PortfolioPosition,
  realisedMicro: string | undefined,
): CcxtPosition {
  const lots =
    label === "YES"
      ? position.yesAvailableLots + position.yesLockedLots + position.yesReservedLots
      : position.noAvailableLots + position.noLockedLots + position.noReservedLots;
  const cost = moneyOf(label === "YES" ? position.yesCostMicro : position.noCostMicro);
  const contracts = sharesOf(lots);
  const markPrice = known(position.markYesTicks, (ticks) => priceOf(ticksOf(label, ticks)));
  const notional = known(markPrice, (price) => price * contracts);
  const fraction = settleFraction(market, label);
  return {
    ...namesOf(market, label),
    side: "long",
    contracts,
    contractSize: 1,
    entryPrice: contracts > 0 ? cost / contracts : undefined,
    markPrice,
    notional,
    unrealizedPnl: known(notional, (worth) => worth - cost),
    realizedPnl: known(realisedMicro, moneyOf),
    resolved: fraction !== undefined,
    won: known(fraction, (paid) => paid === 1),
    settleFraction: fraction,
    payout: known(fraction, (paid) => paid * contracts),
    info: position,
  };
}
