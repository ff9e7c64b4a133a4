import type { Address } from "viem";
import type { MarketView } from "../../../../protocol/engine/view.ts";
import { end, removeCost } from "./reference-place.ts";
import {
  type Asset,
  accountOf,
  add,
  available,
  isOpen,
  knowMarket,
  lockAsset,
  openOrders,
  type RefAccount,
  type RefState,
  shareAsset,
} from "./reference-state.ts";

export function closeMarket(state: RefState, market: MarketView): void {
  market.status = "closed";
  for (const order of state.orders.values()) {
    if (order.command.order.marketId !== market.marketId || !isOpen(order)) continue;
    end(state, order, "market_closed");
  }
}

/** Cancels open orders that lock the asset, the newest first, until `isCovered`. */
export function freeUntil(
  state: RefState,
  account: RefAccount,
  asset: Asset,
  isCovered: () => boolean,
): void {
  for (const order of openOrders(state, account).reverse()) {
    if (isCovered()) return;
    if (lockAsset(order) === asset) end(state, order, "withdrawal");
  }
}

/** Takes what is gone on chain; orders that it covered are cancelled. */
export function take(
  state: RefState,
  account: RefAccount,
  asset: Asset,
  amount: number,
  alreadyFreed = 0,
): void {
  const free = () => available(state, account, asset) + alreadyFreed;
  freeUntil(state, account, asset, () => free() >= amount);
  if (asset !== "cash") removeCost(account, asset, amount);
  add(account.total, asset, -amount);
}

export function sharesOf(
  state: RefState,
  event: { account: Address; marketId: number; outcome: 0 | 1 },
): [RefAccount, Asset] {
  const account = accountOf(state, event.account);
  knowMarket(account, event.marketId);
  return [account, shareAsset(event.marketId, event.outcome)];
}
