import type { AccountReply } from "../../protocol/engine/request.ts";
import type { PositionView } from "../../protocol/engine/view.ts";
import { MICRO_PER_TICK_LOT, PRICE_SCALE } from "../../protocol/units.ts";
import type { PortfolioReply } from "../../protocol/wire/account.ts";
import type { ExchangeMirror, MirroredMarket } from "../mirror/exchange-mirror.ts";

type PortfolioPosition = PortfolioReply["positions"][number];

/** The YES price that shares count at: the payout once known, else the last trade, else the middle of the touch. */
export function markYesTicks(market: MirroredMarket): number | null {
  const { payoutYes } = market.view;
  if (payoutYes !== null) return payoutYes;
  const last = market.trades.last();
  if (last) return last.yesPriceTicks;
  const bid = market.book.bids(1)[0]?.[0];
  const ask = market.book.asks(1)[0]?.[0];
  return bid === undefined || ask === undefined ? null : Math.floor((bid + ask) / 2);
}

/** What shares are worth at a mark; without one they count at cost, so that nothing is invented. */
function valueMicro(position: PositionView, mark: number | null): bigint {
  if (mark === null) return BigInt(position.yesCostMicro) + BigInt(position.noCostMicro);
  const yes = position.yesAvailableLots + position.yesLockedLots + position.yesReservedLots;
  const no = position.noAvailableLots + position.noLockedLots + position.noReservedLots;
  const yesMicro = BigInt(yes) * BigInt(mark * MICRO_PER_TICK_LOT);
  return yesMicro + BigInt(no) * BigInt((PRICE_SCALE - mark) * MICRO_PER_TICK_LOT);
}

function withWorth(position: PositionView, market: MirroredMarket | null): PortfolioPosition {
  const mark = market ? markYesTicks(market) : null;
  const value = valueMicro(position, mark);
  const cost = BigInt(position.yesCostMicro) + BigInt(position.noCostMicro);
  return {
    ...position,
    slug: market?.view.slug ?? "",
    question: market?.view.question ?? "",
    status: market?.view.status ?? "",
    markYesTicks: mark,
    valueMicro: value.toString(),
    unrealisedPnlMicro: (value - cost).toString(),
  };
}

function sum(amounts: readonly string[]): bigint {
  return amounts.reduce((total, amount) => total + BigInt(amount), 0n);
}

/** Cash and positions of an account with what they are worth now. */
export function portfolioOf(
  account: AccountReply,
  mirror: ExchangeMirror,
  realisedPnlMicro: string | null,
): PortfolioReply {
  const positions = account.positions.map((position) =>
    withWorth(position, mirror.market(position.marketId)),
  );
  const { balance } = account;
  const cash = sum([balance.availableMicro, balance.lockedMicro, balance.reservedMicro]);
  const value = sum(positions.map((position) => position.valueMicro));
  return {
    account: balance.account,
    cash: balance,
    positions,
    positionsValueMicro: value.toString(),
    equityMicro: (cash + value).toString(),
    unrealisedPnlMicro: sum(positions.map((one) => one.unrealisedPnlMicro)).toString(),
    realisedPnlMicro,
    openOrders: account.openOrders.length,
  };
}
