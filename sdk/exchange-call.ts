import type { ContractFunctionArgs, ContractFunctionName } from "viem";
import { exchangeAbi } from "../protocol/abi/exchange.ts";
import type { MinedTransaction } from "./chain-access.ts";
import { type Context, requireChain, requireSigner } from "./context.ts";

type ExchangeWrite = ContractFunctionName<typeof exchangeAbi, "nonpayable">;

/** A call of the exchange contract by the signer, mined. @throws AgonError `transaction_reverted` */
export function exchangeCall<Name extends ExchangeWrite>(
  context: Context,
  functionName: Name,
  args: ContractFunctionArgs<typeof exchangeAbi, "nonpayable", Name>,
): Promise<MinedTransaction> {
  return requireChain(context).write(requireSigner(context), {
    address: context.exchange.contracts.exchange.address,
    abi: exchangeAbi,
    functionName,
    args,
  });
}
