import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";
import { groupOf } from "../member-set.ts";

/**
 * Voids a market at par whose resolver stayed silent past its deadline; anyone may. A member of a group is
 * voided with all of it.
 * @throws AgonError `transaction_reverted` (`TooEarly`, `MarketAlreadyResolved`)
 */
export async function voidMarket(
  context: Context,
  parameters: { market: MarketReference },
): Promise<MinedTransaction> {
  const marketId = await marketIdOf(context, parameters.market);
  const { groupId } = await groupOf(context, marketId);
  if (groupId === 0n) return exchangeCall(context, "voidMarket", [marketId]);
  return exchangeCall(context, "voidGroup", [groupId]);
}
