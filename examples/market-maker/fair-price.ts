import {
  type BookLevel,
  type BookState,
  isBid,
  type OrderView,
  yesPriceTicks,
} from "../../sdk/index.ts";

/** The best YES price of one side among what others offer. */
function best(levels: readonly BookLevel[], own: ReadonlyMap<number, number>): number | null {
  const others = levels.find(([price, quantity]) => quantity > (own.get(price) ?? 0));
  return others?.[0] ?? null;
}

/**
 * The middle of the others' best YES prices: the maker must not follow its own quotes. Where others
 * quote one side or none, `fallbackTicks`.
 */
export function fairPrice(
  book: BookState,
  ownOrders: readonly OrderView[],
  fallbackTicks: number,
): number {
  const own = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  for (const { order, remainingLots } of ownOrders) {
    const price = yesPriceTicks(order.outcome, order.price);
    const side = isBid(order.outcome, order.side) ? own.bids : own.asks;
    side.set(price, (side.get(price) ?? 0) + remainingLots);
  }
  const [bid, ask] = [best(book.bids, own.bids), best(book.asks, own.asks)];
  return bid === null || ask === null ? fallbackTicks : (bid + ask) / 2;
}
