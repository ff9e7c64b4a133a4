import { erc20Abi } from "viem";
import { type Context, requireChain, requireSigner } from "./context.ts";

/** Lets the exchange take `amountMicro` from the signer's wallet: approves exactly that much when it may take less. */
export async function allowCollateral(context: Context, amountMicro: bigint): Promise<void> {
  const signer = requireSigner(context);
  const chain = requireChain(context);
  const { exchange, collateral } = context.exchange.contracts;
  const allowance = await chain.reader.readContract({
    address: collateral.address,
    abi: erc20Abi,
    functionName: "allowance",
    args: [signer.address, exchange.address],
  });
  if (allowance >= amountMicro) return;
  await chain.write(signer, {
    address: collateral.address,
    abi: erc20Abi,
    functionName: "approve",
    args: [exchange.address, amountMicro],
  });
}
