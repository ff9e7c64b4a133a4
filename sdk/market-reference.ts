import { getMarket } from "./actions/get-market.ts";
import type { Context } from "./context.ts";

/** A market by its slug, or by its id on chain. */
export type MarketReference = string | number;

/** The id on chain. @throws AgonError `market_unknown` */
export async function marketIdOf(context: Context, market: MarketReference): Promise<bigint> {
  if (typeof market === "number") return BigInt(market);
  return BigInt((await getMarket(context, market)).marketId);
}
