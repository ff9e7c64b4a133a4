import { type AmountInput, toAmountMicro } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireChain, requireSigner } from "../context.ts";
import { executeRelease } from "./execute-release.ts";
import { requestRelease } from "./request-release.ts";

/**
 * Cash from escrow to the wallet at once, co-signed by the operator: settled, free funds only.
 * Without the operator: `requestWithdrawal`, then `executeWithdrawal` after the exit delay.
 * @throws AgonError `release_exceeds_settled`
 */
export async function withdraw(context: Context, amount: AmountInput): Promise<MinedTransaction> {
  requireSigner(context);
  requireChain(context);
  const amountMicro = toAmountMicro(amount).toString();
  const release = await requestRelease(context, { asset: "cash", amount: amountMicro });
  return executeRelease(context, release);
}
