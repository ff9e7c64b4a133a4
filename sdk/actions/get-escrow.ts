import type { Address } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { type Context, requireChain, requireSigner } from "../context.ts";
import { type MarketReference, marketIdOf } from "../market-reference.ts";

/** What the contract itself holds for an account: nobody's word but the chain's. */
export interface Escrow {
  cashMicro: bigint;
  /** Present when a market was named. */
  yesLots: bigint;
  noLots: bigint;
}

/** Reads an account's escrow from the chain; shares of `market` only, zero without one. */
export async function getEscrow(
  context: Context,
  parameters: { account?: Address; market?: MarketReference } = {},
): Promise<Escrow> {
  const { account = requireSigner(context).address, market } = parameters;
  const { reader } = requireChain(context);
  const contract = { address: context.exchange.contracts.exchange.address, abi: exchangeAbi };
  const [cashMicro, [yesLots, noLots]] = await Promise.all([
    reader.readContract({ ...contract, functionName: "cashOf", args: [account] }),
    market === undefined
      ? [0n, 0n]
      : reader.readContract({
          ...contract,
          functionName: "sharesOf",
          args: [account, await marketIdOf(context, market)],
        }),
  ]);
  return { cashMicro, yesLots, noLots };
}
