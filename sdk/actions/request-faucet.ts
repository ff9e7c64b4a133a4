import type { Address } from "viem";
import { type FaucetReply, faucetReplySchema } from "../../protocol/wire/faucet.ts";
import { type AmountInput, toAmountMicro } from "../amounts.ts";
import { type Context, requireSigner } from "../context.ts";

export interface FaucetParameters {
  /** The signer's own address by default. */
  address?: Address;
  /** `"1000"` collateral, or micro; the server caps it and has a default. */
  amount?: AmountInput;
}

/** Development chains only: collateral and a little ether for a wallet. @throws AgonError `faucet_unavailable` */
export function requestFaucet(
  context: Context,
  parameters: FaucetParameters = {},
): Promise<FaucetReply> {
  const { address = requireSigner(context).address, amount } = parameters;
  const amountMicro = amount === undefined ? {} : { amountMicro: toAmountMicro(amount).toString() };
  return context.http.request({
    method: "POST",
    path: "/v1/faucet",
    body: { address, ...amountMicro },
    reply: faucetReplySchema,
    repeatable: "keyed",
  });
}
