import { erc20Abi } from "viem";
import { type AmountInput, toAmountMicro } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireChain, requireSigner } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/**
 * Moves wallet collateral into the signer's escrow; approves exactly that much first when the
 * allowance is short. With a token that knows permits, `depositWithPermit` needs one transaction.
 */
export async function deposit(context: Context, amount: AmountInput): Promise<MinedTransaction> {
  const signer = requireSigner(context);
  const chain = requireChain(context);
  const { exchange, collateral } = context.exchange.contracts;
  const amountMicro = toAmountMicro(amount);
  const allowance = await chain.reader.readContract({
    address: collateral.address,
    abi: erc20Abi,
    functionName: "allowance",
    args: [signer.address, exchange.address],
  });
  if (allowance < amountMicro) {
    await chain.write(signer, {
      address: collateral.address,
      abi: erc20Abi,
      functionName: "approve",
      args: [exchange.address, amountMicro],
    });
  }
  return exchangeCall(context, "deposit", [signer.address, amountMicro]);
}
