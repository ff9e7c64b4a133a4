import type { Address } from "viem";
import { Outcome } from "../../protocol/units.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireSigner } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";

/** Carries out a requested export whose delay has passed: ERC-1155 tokens for its account. */
export async function executeExport(
  context: Context,
  parameters: { market: MarketReference; outcome: "YES" | "NO"; account?: Address },
): Promise<MinedTransaction> {
  const { account = requireSigner(context).address } = parameters;
  const marketId = await marketIdOf(context, parameters.market);
  return exchangeCall(context, "executeExport", [account, marketId, Outcome[parameters.outcome]]);
}
