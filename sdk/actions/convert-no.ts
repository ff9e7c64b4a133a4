import { type QuantityInput, toQuantityLots } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import type { MarketReference } from "../market-reference.ts";
import { memberSetOf } from "../member-set.ts";

export interface ConversionParameters {
  /** The members of one group whose NO are on one side of the conversion; the others' YES are on the other. */
  markets: readonly MarketReference[];
  /** Of each token: `"12.5"` shares, or 1250 lots. */
  quantity: QuantityInput;
}

/**
 * Burns the wallet's NO tokens of these members of a group, and credits in escrow as many YES of every
 * other member and, of k members, k − 1 collateral a share: worth the same whichever member comes true.
 * @throws AgonError `markets_not_grouped`, `transaction_reverted`
 */
export async function convertNo(
  context: Context,
  parameters: ConversionParameters,
): Promise<MinedTransaction> {
  const quantityLots = BigInt(toQuantityLots(parameters.quantity));
  const { groupId, set } = await memberSetOf(context, parameters.markets);
  return exchangeCall(context, "convertNo", [groupId, set, quantityLots]);
}
