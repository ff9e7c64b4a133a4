import { BaseError, ContractFunctionRevertedError } from "viem";
import { exchangeAbi } from "../protocol/abi/exchange.ts";
import { AgonError } from "./agon-error.ts";
import { type Context, requireChain } from "./context.ts";
import { type MarketReference, marketIdOf } from "./market-reference.ts";

/** Some members of a group, as the contract takes them: bit i of `set` is market `groupId + i`. */
export interface MemberSet {
  groupId: bigint;
  set: bigint;
}

/** @throws AgonError `markets_not_grouped` when they are not members of one group, or none; `market_unknown` */
export async function memberSetOf(
  context: Context,
  markets: readonly MarketReference[],
): Promise<MemberSet> {
  const marketIds = await Promise.all(markets.map((market) => marketIdOf(context, market)));
  const [groupId, memberCount] = await groupOf(context, marketIds[0]);
  let set = 0n;
  for (const marketId of marketIds) {
    const index = marketId - groupId;
    // Before the shift: in no group an index is as large as an id.
    if (index < 0n || index >= BigInt(memberCount)) throw new AgonError("markets_not_grouped");
    set |= 1n << index;
  }
  return { groupId, set };
}

async function groupOf(
  context: Context,
  marketId: bigint | undefined,
): Promise<readonly [groupId: bigint, memberCount: number]> {
  const { reader } = requireChain(context);
  if (marketId === undefined) throw new AgonError("markets_not_grouped");
  try {
    return await reader.readContract({
      address: context.exchange.contracts.exchange.address,
      abi: exchangeAbi,
      functionName: "groupOf",
      args: [marketId],
    });
  } catch (cause) {
    const isRevert =
      cause instanceof BaseError &&
      cause.walk((error) => error instanceof ContractFunctionRevertedError) !== null;
    throw isRevert ? new AgonError("market_unknown", { cause }) : cause;
  }
}
