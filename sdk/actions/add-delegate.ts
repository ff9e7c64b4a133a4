import type { Address } from "viem";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/** Lets `delegate`'s key sign orders for the signer's account, at once. It can never withdraw. */
export async function addDelegate(context: Context, delegate: Address): Promise<MinedTransaction> {
  return exchangeCall(context, "addDelegate", [delegate]);
}
