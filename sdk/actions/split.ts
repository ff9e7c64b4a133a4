import { MICRO_PER_LOT } from "../../protocol/units.ts";
import { type QuantityInput, toQuantityLots } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { allowCollateral } from "../collateral-allowance.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";

export interface PairParameters {
  market: MarketReference;
  /** Of each outcome: `"12.5"` shares, or 1250 lots. */
  quantity: QuantityInput;
}

/**
 * Turns collateral of the wallet, 1 a pair, into as many YES and NO shares in its escrow (approving exactly
 * that much when the allowance is short), until the market's close.
 * @throws AgonError `transaction_reverted`
 */
export async function split(
  context: Context,
  { market, quantity }: PairParameters,
): Promise<MinedTransaction> {
  const quantityLots = BigInt(toQuantityLots(quantity));
  const marketId = await marketIdOf(context, market);
  await allowCollateral(context, quantityLots * BigInt(MICRO_PER_LOT));
  return exchangeCall(context, "split", [marketId, quantityLots]);
}
