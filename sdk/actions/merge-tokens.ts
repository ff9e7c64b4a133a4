import { toQuantityLots } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { marketIdOf } from "../market-reference.ts";
import type { PairParameters } from "./split.ts";

/**
 * Burns as many of the wallet's YES and NO tokens and pays 1 collateral a pair to it, until the market has a
 * payout. Pairs in escrow end by trading, or by `exportShares` and this.
 * @throws AgonError `transaction_reverted`
 */
export async function mergeTokens(
  context: Context,
  { market, quantity }: PairParameters,
): Promise<MinedTransaction> {
  const quantityLots = BigInt(toQuantityLots(quantity));
  return exchangeCall(context, "mergeTokens", [await marketIdOf(context, market), quantityLots]);
}
