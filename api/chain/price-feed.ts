import { type Address, parseAbi } from "viem";
import type { ChainReader } from "./chain-reader.ts";

/** What is read of a price feed: Chainlink's interface. */
export const PRICE_FEED_ABI = parseAbi([
  "function latestRoundData() view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)",
  "function getRoundData(uint80 roundId) view returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)",
]);

/** A Chainlink proxy's round id is its aggregator's phase, then 64 bits of that one's own round. */
const PHASE_MASK = (1n << 64n) - 1n;

/** When a round was written; 0 when there is none. */
async function updatedAt(chain: ChainReader, address: Address, roundId: bigint): Promise<bigint> {
  try {
    const round = await chain.client.readContract({
      address,
      abi: PRICE_FEED_ABI,
      functionName: "getRoundData",
      args: [roundId],
    });
    return round[3];
  } catch {
    return 0n;
  }
}

/** The feed's first round at or after `timestamp` (unix seconds), or null while there is none. */
export async function firstRoundAtOrAfter(
  chain: ChainReader,
  feed: Address,
  timestamp: number,
): Promise<bigint | null> {
  const [latest, , , latestAt] = await chain.client.readContract({
    address: feed,
    abi: PRICE_FEED_ABI,
    functionName: "latestRoundData",
  });
  if (latestAt < BigInt(timestamp)) return null;
  const phase = latest & ~PHASE_MASK;
  // Rounds of one phase rise in time: the first one late enough is found by halving.
  let low = 1n;
  let high = latest & PHASE_MASK;
  while (low < high) {
    const middle = (low + high) / 2n;
    if ((await updatedAt(chain, feed, phase | middle)) >= BigInt(timestamp)) high = middle;
    else low = middle + 1n;
  }
  return phase | low;
}
