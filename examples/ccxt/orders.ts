import { type FillView, type Market, type OrderView, Outcome, Side } from "../../sdk/index.ts";
import { datetimeOf, moneyOf, priceOf, sharesOf } from "./floats.ts";
import { namesOf } from "./markets.ts";
import type { CcxtOrder, CcxtTrade } from "./structures.ts";

const labelOf = (outcome: 0 | 1) => (outcome === Outcome.YES ? "YES" : "NO");
const sideOf = (side: 0 | 1) => (side === Side.BUY ? "buy" : "sell");

const STATUSES = {
  open: "open",
  partially_filled: "open",
  filled: "closed",
  cancelled: "canceled",
  expired: "expired",
  rejected: "rejected",
} as const;

/** By the number in the signed order. */
const TIMES_IN_FORCE = ["GTC", "GTD", "FOK", "IOC", "PO", "PO"] as const;

const POST_ONLY = 4;

/** A fill as its taker or its maker has it; a maker pays no fee. */
export function toTrade(
  market: Market,
  fill: FillView,
  role: "taker" | "maker",
  currency: string,
): CcxtTrade {
  const isTaker = role === "taker";
  const outcome = isTaker ? fill.takerOutcome : fill.makerOutcome;
  const ticks = outcome === Outcome.YES ? fill.yesPriceTicks : 1000 - fill.yesPriceTicks;
  return {
    ...namesOf(market, labelOf(outcome)),
    id: String(fill.fillSeq),
    order: isTaker ? fill.takerHash : fill.makerHash,
    timestamp: fill.timeMs,
    datetime: datetimeOf(fill.timeMs),
    type: undefined,
    side: sideOf(isTaker ? fill.takerSide : fill.makerSide),
    takerOrMaker: role,
    price: priceOf(ticks),
    amount: sharesOf(fill.quantityLots),
    cost: moneyOf(ticks * fill.quantityLots * 10),
    fee: { currency, cost: isTaker ? moneyOf(fill.feeMicro) : 0 },
    info: fill,
  };
}

/** A public trade on the ladder of one outcome: taking YES's bid is giving YES, and taking NO. */
export function toPublicTrade(
  market: Market,
  label: "YES" | "NO",
  fill: FillView,
  currency: string,
): CcxtTrade {
  const taken = toTrade(market, fill, "taker", currency);
  if (taken.label === label) return { ...taken, order: undefined };
  const ticks = label === "YES" ? fill.yesPriceTicks : 1000 - fill.yesPriceTicks;
  return {
    ...taken,
    ...namesOf(market, label),
    order: undefined,
    side: taken.side === "buy" ? "sell" : "buy",
    price: priceOf(ticks),
    cost: moneyOf(ticks * fill.quantityLots * 10),
  };
}

/** An order with its fills; without them, one that has none yet. */
export function toOrder(
  market: Market,
  view: OrderView,
  fills: readonly FillView[],
  currency: string,
): CcxtOrder {
  const { order, hash } = view;
  const trades = fills.map((fill) =>
    toTrade(market, fill, fill.takerHash === hash ? "taker" : "maker", currency),
  );
  const sum = (of: (trade: CcxtTrade) => number) => trades.reduce((all, one) => all + of(one), 0);
  const cost = sum((trade) => trade.cost);
  const filled = sharesOf(view.filledLots);
  return {
    ...namesOf(market, labelOf(order.outcome)),
    id: hash,
    clientOrderId: view.clientId ?? undefined,
    timestamp: view.createdAtMs,
    datetime: datetimeOf(view.createdAtMs),
    lastTradeTimestamp: trades.at(-1)?.timestamp,
    lastUpdateTimestamp: view.updatedAtMs,
    status: STATUSES[view.status],
    type: "limit",
    timeInForce: TIMES_IN_FORCE[order.timeInForce],
    postOnly: order.timeInForce >= POST_ONLY,
    side: sideOf(order.side),
    price: priceOf(order.price),
    average: filled > 0 ? cost / filled : undefined,
    amount: sharesOf(order.quantity),
    filled,
    remaining: sharesOf(view.remainingLots),
    cost,
    fee: { currency, cost: sum((trade) => trade.fee.cost) },
    trades,
    info: view,
  };
}
