import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";

/** Burns the wallet's ERC-1155 tokens of a resolved market; the payout goes to the wallet. */
export async function redeemTokens(
  context: Context,
  parameters: { market: MarketReference },
): Promise<MinedTransaction> {
  return exchangeCall(context, "redeemTokens", [await marketIdOf(context, parameters.market)]);
}
