import { Outcome } from "../../protocol/units.ts";
import { type QuantityInput, toQuantityLots } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";

/** Burns the wallet's ERC-1155 tokens and credits them as shares in escrow, where they trade. */
export async function importShares(
  context: Context,
  parameters: { market: MarketReference; outcome: "YES" | "NO"; quantity: QuantityInput },
): Promise<MinedTransaction> {
  const quantityLots = BigInt(toQuantityLots(parameters.quantity));
  const marketId = await marketIdOf(context, parameters.market);
  return exchangeCall(context, "importShares", [
    marketId,
    Outcome[parameters.outcome],
    quantityLots,
  ]);
}
