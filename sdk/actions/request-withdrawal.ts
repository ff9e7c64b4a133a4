import { type AmountInput, toAmountMicro } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import type { Context } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/** Asks on chain for a withdrawal that the operator cannot refuse; `executeWithdrawal` after the exit delay. */
export async function requestWithdrawal(
  context: Context,
  amount: AmountInput,
): Promise<MinedTransaction> {
  return exchangeCall(context, "requestWithdrawal", [toAmountMicro(amount)]);
}
