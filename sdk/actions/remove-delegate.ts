import type { Address } from "viem";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/** Takes the right to sign from `delegate`: at the engine at once, on chain after the exit delay. */
export async function removeDelegate(
  context: Context,
  delegate: Address,
): Promise<MinedTransaction> {
  return exchangeCall(context, "removeDelegate", [delegate]);
}
