import type { Address } from "viem";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireSigner } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/** Pays out a requested withdrawal whose delay has passed, to its account's wallet. */
export async function executeWithdrawal(
  context: Context,
  account: Address = requireSigner(context).address,
): Promise<MinedTransaction> {
  return exchangeCall(context, "executeWithdrawal", [account]);
}
