import type { OrderJson } from "../../protocol/engine/command.ts";
import type { MarketView } from "../../protocol/engine/view.ts";
import { MAX_PRICE_TICKS, MAX_QUANTITY_LOTS, MIN_PRICE_TICKS } from "../../protocol/units.ts";

/** What a price may be in the market, and the two such prices about the one that was sent; null where there is none. */
export function priceFacts({ price }: OrderJson, market: MarketView | null) {
  const priceStep = market?.priceStep ?? MIN_PRICE_TICKS;
  const below = Math.min(
    price - (price % priceStep),
    MAX_PRICE_TICKS - (MAX_PRICE_TICKS % priceStep),
  );
  const above = Math.max(Math.ceil(price / priceStep) * priceStep, priceStep);
  return {
    price,
    priceStep,
    minPrice: priceStep,
    maxPrice: Math.floor(MAX_PRICE_TICKS / priceStep) * priceStep,
    priceBelow: below >= priceStep ? below : null,
    priceAbove: above <= MAX_PRICE_TICKS ? above : null,
  };
}

/** What a quantity may be. */
export function quantityFacts({ quantity }: OrderJson) {
  return { quantity, quantityStep: 1, minQuantity: 1, maxQuantity: MAX_QUANTITY_LOTS };
}
