import type { Outcome } from "../../protocol/units.ts";

/** Which market's which outcome an ERC-1155 token id stands for. */
export function outcomeOfToken(tokenId: bigint): { marketId: number; outcome: Outcome } {
  return { marketId: Number(tokenId >> 1n), outcome: Number(tokenId & 1n) as Outcome };
}
