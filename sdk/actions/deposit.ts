import { type AmountInput, toAmountMicro } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { allowCollateral } from "../collateral-allowance.ts";
import { type Context, requireSigner } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/**
 * Moves wallet collateral into the signer's escrow; approves exactly that much first when the
 * allowance is short. With a token that knows permits, `depositWithPermit` needs one transaction.
 */
export async function deposit(context: Context, amount: AmountInput): Promise<MinedTransaction> {
  const { address } = requireSigner(context);
  const amountMicro = toAmountMicro(amount);
  await allowCollateral(context, amountMicro);
  return exchangeCall(context, "deposit", [address, amountMicro]);
}
