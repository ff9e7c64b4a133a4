import type { Address } from "viem";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireSigner } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";

/** Makes requested cancels final whose delay has passed; anyone may do it for any account. */
export async function finalizeCancel(
  context: Context,
  parameters: { nonces: readonly bigint[]; account?: Address },
): Promise<MinedTransaction> {
  const { account = requireSigner(context).address, nonces } = parameters;
  return exchangeCall(context, "finalizeCancel", [account, nonces]);
}
