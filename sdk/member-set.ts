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
  const [first] = marketIds;
  if (first === undefined) throw new AgonError("markets_not_grouped");
  const { groupId, memberCount } = await groupOf(context, first);
  let set = 0n;
  for (const marketId of marketIds) {
    const index = marketId - groupId;
    // Before the shift: in no group an index is as large as an id.
    if (index < 0n || index >= BigInt(memberCount)) throw new AgonError("markets_not_grouped");
    set |= 1n << index;
  }
  return { groupId, set };
}

/** A market's group by its first market, 0 in none. @throws AgonError `market_unknown` */
export async function groupOf(
  context: Context,
  marketId: bigint,
): Promise<{ groupId: bigint; memberCount: number }> {
  const { reader } = requireChain(context);
  try {
    const [groupId, memberCount] = await reader.readContract({
      address: context.exchange.contracts.exchange.address,
      abi: exchangeAbi,
      functionName: "groupOf",
      args: [marketId],
    });
    return { groupId, memberCount };
  } catch (cause) {
    const isRevert =
      cause instanceof BaseError &&
      cause.walk((error) => error instanceof ContractFunctionRevertedError) !== null;
    throw isRevert ? new AgonError("market_unknown", { cause }) : cause;
  }
}
