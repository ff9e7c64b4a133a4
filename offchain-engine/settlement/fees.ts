import type { ChainClient } from "../chain/client.ts";

/** What a transaction offers (EIP-1559), in wei. */
export interface Fees {
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

/** Pools take a replacement that offers at least a tenth more of both; a quarter more is safely so. */
const BUMP_PERCENT = 125n;

/** A market offer: twice the base fee, so that it holds through six full blocks, and the usual tip. */
export async function marketFees(client: ChainClient): Promise<Fees> {
  const [block, tip] = await Promise.all([
    client.getBlock({ blockTag: "latest" }),
    client.estimateMaxPriorityFeePerGas(),
  ]);
  return { maxFeePerGas: (block.baseFeePerGas ?? 0n) * 2n + tip, maxPriorityFeePerGas: tip };
}

/** What replaces `sent`: the market's offer now, and at least a quarter more than before. */
export function replacementFees(sent: Fees, market: Fees): Fees {
  const bump = (before: bigint, now: bigint) => {
    const least = (before * BUMP_PERCENT + 99n) / 100n;
    return now > least ? now : least;
  };
  return {
    maxFeePerGas: bump(sent.maxFeePerGas, market.maxFeePerGas),
    maxPriorityFeePerGas: bump(sent.maxPriorityFeePerGas, market.maxPriorityFeePerGas),
  };
}
