import type { CancelAllCommand, CancelCommand } from "../../protocol/engine/command.ts";
import { NO_ACCOUNT } from "./accounts.ts";
import { openOrdersOf } from "./open-orders.ts";
import { endOrder, isFinal } from "./order-life-cycle.ts";
import type { CoreState } from "./state.ts";
import type { CoreVerdict } from "./verdict.ts";
import { orderView } from "./views.ts";

/** Cancels one open order of the maker. `order_unknown`, `order_not_open`. */
export function cancel(state: CoreState, command: CancelCommand): CoreVerdict {
  const order = state.orders.findByHash(command.hash);
  const account = state.accounts.find(command.maker);
  if (!order || order.account !== account) return { ok: false, code: "order_unknown" };
  if (isFinal(order)) {
    return { ok: false, code: "order_not_open", details: { status: order.status } };
  }
  endOrder(state, order, "user");
  return { ok: true, kind: "cancel", order: orderView(order) };
}

/** Cancels the maker's open orders, of one market or of all, oldest first. `market_unknown`. */
export function cancelAll(state: CoreState, command: CancelAllCommand): CoreVerdict {
  const { marketId } = command;
  const market = marketId === undefined ? undefined : state.markets.find(marketId);
  if (marketId !== undefined && !market) return { ok: false, code: "market_unknown" };
  const account = state.accounts.find(command.maker);
  if (account === NO_ACCOUNT) return { ok: true, kind: "cancel_all", cancelled: [] };
  const orders = openOrdersOf(state, state.accounts.get(account)).filter(
    (order) => !market || order.market === market.index,
  );
  for (const order of orders) endOrder(state, order, "user");
  return { ok: true, kind: "cancel_all", cancelled: orders.map((order) => order.hash) };
}
