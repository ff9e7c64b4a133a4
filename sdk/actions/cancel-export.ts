import { Outcome } from "../../protocol/units.ts";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";

/** Takes a requested export back. */
export async function cancelExport(
  context: Context,
  parameters: { market: MarketReference; outcome: "YES" | "NO" },
): Promise<MinedTransaction> {
  const marketId = await marketIdOf(context, parameters.market);
  return exchangeCall(context, "cancelExport", [marketId, Outcome[parameters.outcome]]);
}
