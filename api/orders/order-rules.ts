import type { OrderJson } from "../../protocol/engine/command.ts";
import type { MarketView } from "../../protocol/engine/view.ts";
import type { Failure } from "../../protocol/errors.ts";
import { isPostOnly, needsExpiry } from "../../protocol/order.ts";
import {
  costMicro,
  feeMicroDown,
  MAX_PRICE_TICKS,
  MAX_QUANTITY_LOTS,
  MIN_PRICE_TICKS,
  Side,
  yesPriceTicks,
} from "../../protocol/units.ts";
import { priceFacts, quantityFacts } from "./step-facts.ts";

function failure(code: Failure["code"], details: Record<string, unknown> = {}): Failure {
  return { ok: false, code, details };
}

function expiryFailure(order: OrderJson, nowSeconds: number): Failure | null {
  const isNeeded = needsExpiry(order.timeInForce);
  if (isNeeded && order.expiry === 0) return failure("order_expiry_required");
  if (!isNeeded && order.expiry !== 0) return failure("order_expiry_unexpected");
  const hasPassed = order.expiry !== 0 && order.expiry <= nowSeconds;
  return hasPassed ? failure("order_expired", { expiry: order.expiry, nowSeconds }) : null;
}

/** What speaks against an order by its fields and its market alone. For explaining: the engine decides. */
export function ruleFailures(
  order: OrderJson,
  market: MarketView | null,
  nowSeconds: number,
): Failure[] {
  const found: (Failure | null)[] = [expiryFailure(order, nowSeconds)];
  if (order.price < MIN_PRICE_TICKS || order.price > MAX_PRICE_TICKS) {
    found.push(failure("price_out_of_range", priceFacts(order, market)));
  }
  if (order.quantity < 1 || order.quantity > MAX_QUANTITY_LOTS) {
    found.push(failure("quantity_out_of_range", quantityFacts(order)));
  }
  if (!market) found.push(failure("market_unknown", { marketId: order.marketId }));
  else {
    const { status, priceStep, takerFeeBps, closeTime } = market;
    if (status !== "open" || closeTime <= nowSeconds)
      found.push(failure("market_not_open", { status }));
    if (order.price % priceStep !== 0)
      found.push(failure("price_off_step", priceFacts(order, market)));
    if (!isPostOnly(order.timeInForce) && order.maxFeeBps < takerFeeBps)
      found.push(failure("fee_cap_too_low", { takerFeeBps }));
  }
  return found.filter((one) => one !== null);
}

/** What the order locks: shares when it sells, else its cost and, while it may take, the fee on it. */
export function orderNeeds(
  order: OrderJson,
  market: MarketView | null,
): { asset: "cash" | "yes" | "no"; amount: string } {
  if (order.side === Side.SELL) {
    return { asset: order.outcome === 1 ? "yes" : "no", amount: String(order.quantity) };
  }
  const mayTake = !isPostOnly(order.timeInForce);
  const yesPrice = yesPriceTicks(order.outcome, order.price);
  const isPriced = order.price >= MIN_PRICE_TICKS && order.price <= MAX_PRICE_TICKS;
  const feeBps = mayTake && isPriced ? (market?.takerFeeBps ?? 0) : 0;
  const cost = costMicro(order.price, order.quantity);
  return { asset: "cash", amount: String(cost + feeMicroDown(yesPrice, order.quantity, feeBps)) };
}
