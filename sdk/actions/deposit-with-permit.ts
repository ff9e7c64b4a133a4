import { type Address, parseAbi, parseSignature } from "viem";
import { type AmountInput, toAmountMicro } from "../amounts.ts";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireChain, requireSigner } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

const PERMIT_LIFETIME_SECONDS = 3600;

const noncesAbi = parseAbi(["function nonces(address owner) view returns (uint256)"]);

export interface DepositParameters {
  amount: AmountInput;
  /** Whose escrow is credited; the signer's own by default. */
  account?: Address;
}

/** Moves wallet collateral into escrow in one transaction: a signed EIP-2612 permit is the allowance. */
export async function depositWithPermit(
  context: Context,
  parameters: DepositParameters,
): Promise<MinedTransaction> {
  const signer = requireSigner(context);
  const chain = requireChain(context);
  const { exchange, collateral } = context.exchange.contracts;
  const amountMicro = toAmountMicro(parameters.amount);
  const [nonce, { timestamp }] = await Promise.all([
    chain.reader.readContract({
      address: collateral.address,
      abi: noncesAbi,
      functionName: "nonces",
      args: [signer.address],
    }),
    chain.reader.getBlock(),
  ]);
  // The chain's own clock counts: a development chain's may be ahead.
  const deadline = timestamp + BigInt(PERMIT_LIFETIME_SECONDS);
  const signature = await signer.signTypedData({
    domain: collateral.permitDomain,
    types: collateral.permitTypes,
    primaryType: "Permit",
    message: {
      owner: signer.address,
      spender: exchange.address,
      value: amountMicro,
      nonce,
      deadline,
    },
  });
  const { r, s, yParity } = parseSignature(signature);
  return exchangeCall(context, "depositWithPermit", [
    parameters.account ?? signer.address,
    amountMicro,
    deadline,
    27 + yParity,
    r,
    s,
  ]);
}
