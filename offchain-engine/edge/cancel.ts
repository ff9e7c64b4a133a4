import type { CancelAllCommand, CancelCommand } from "../../protocol/engine/command.ts";
import { NO_ACCOUNT } from "../core/accounts.ts";
import { cancelAll as cancelAllInCore, cancel as cancelInCore } from "../core/cancel.ts";
import { NO_MARKET } from "../core/markets.ts";
import type { EdgeState } from "./edge-state.ts";
import { NO_RECORD } from "./order-pages.ts";
import { readEvents } from "./read-events.ts";
import type { CoreVerdict } from "./verdict.ts";
import { openOrdersOf, orderView } from "./views.ts";

/** Cancels one open order of the maker. `order_unknown`, `order_not_open`. */
export function cancel(state: EdgeState, command: CancelCommand): CoreVerdict {
  const { orders } = state;
  const order = orders.find(command.hash);
  const account = state.accounts.find(command.maker);
  if (order === NO_RECORD || orders.account(order) !== account) {
    return { ok: false, code: "order_unknown" };
  }
  if (orders.isFinal(order)) {
    return { ok: false, code: "order_not_open", details: { status: orders.status(order) } };
  }
  cancelInCore(state.core, orders.slot(order));
  readEvents(state);
  return { ok: true, kind: "cancel", order: orderView(state, order) };
}

/** Cancels the maker's open orders, of one market or of all, oldest first. `market_unknown`. */
export function cancelAll(state: EdgeState, command: CancelAllCommand): CoreVerdict {
  const { marketId } = command;
  const market = marketId === undefined ? NO_MARKET : state.markets.find(marketId);
  if (marketId !== undefined && market === NO_MARKET) return { ok: false, code: "market_unknown" };
  const account = state.accounts.find(command.maker);
  if (account === NO_ACCOUNT) return { ok: true, kind: "cancel_all", cancelled: [] };
  const { orders } = state;
  const cancelled = openOrdersOf(state, account)
    .filter((order) => market === NO_MARKET || orders.market(order) === market)
    .map((order) => orders.document(order).hash);
  cancelAllInCore(state.core, account, market);
  readEvents(state);
  return { ok: true, kind: "cancel_all", cancelled };
}
