import type { Address } from "viem";
import type { MinedTransaction } from "../chain-access.ts";
import { type Context, requireSigner } from "../context.ts";
import { exchangeCall } from "../exchange-call.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";

/** Turns escrowed shares of a resolved market into escrowed cash; anyone may do it for any account. */
export async function redeem(
  context: Context,
  parameters: { market: MarketReference; account?: Address },
): Promise<MinedTransaction> {
  const { account = requireSigner(context).address } = parameters;
  return exchangeCall(context, "redeem", [account, await marketIdOf(context, parameters.market)]);
}
