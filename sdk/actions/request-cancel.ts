import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/**
 * Asks on chain for the end of the signer's orders of these nonces, without asking the operator; bites at
 * the engine at once, on chain by `finalizeCancel` after the exit delay.
 */
export async function requestCancel(
  context: Context,
  nonces: readonly bigint[],
): Promise<MinedTransaction> {
  return exchangeCall(context, "requestCancel", [nonces]);
}
