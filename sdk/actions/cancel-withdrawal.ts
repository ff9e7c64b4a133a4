import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/** Takes a requested withdrawal back. */
export async function cancelWithdrawal(context: Context): Promise<MinedTransaction> {
  return exchangeCall(context, "cancelWithdrawal", []);
}
