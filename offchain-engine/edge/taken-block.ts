import type { Hex } from "viem";
import type { BlockCommand, ChainEvent } from "../../protocol/engine/command.ts";
import type { MarketPhase } from "../core/markets.ts";
import type { ReleaseRecord } from "../core/releases.ts";
import type { EdgeState } from "./edge-state.ts";
import type { SkipCount } from "./skipped-fills.ts";

/** A block of the chain, as far as its place in it goes. */
export interface BlockPlace {
  number: number;
  /** Null before the first block. */
  hash: Hex | null;
  /** Unix seconds. */
  timestamp: number;
}

/**
 * What an event overwrote, so that it can be undone; each event has only what it needs. Plain values: it
 * is saved with the state.
 */
export interface Overwritten {
  /** How much an event changed the cost of share entries, micro: pairs of entry and change. */
  costs?: [entry: number, micro: number][];
  /** Size of the delayed exit before; 0 for none. */
  requested?: number;
  /** The fast exit that was used, when its funds were still set aside. */
  release?: ReleaseRecord | null;
  /** Cancel floor before: its two halves, as the accounts keep them. */
  floor?: [high: number, low: number];
  /** Whether the delegate was one before. */
  isDelegate?: boolean;
  /** The market's phase, mark and payout before. */
  decision?: { phase: MarketPhase; markYesTicks: number; payoutYes: number | null };
  isPaused?: boolean;
  /** The fills that the batch covered: none of them, where the last lies before the first. */
  fills?: { firstFillSeq: number; lastFillSeq: number; journalHash: Hex };
  /** The skips before a batch that had some. */
  skips?: SkipCount;
}

/** A block that was taken, with what undoing it needs. */
export interface TakenBlock {
  number: number;
  hash: Hex;
  /** The block taken before it. */
  before: BlockPlace;
  /** In log order. */
  events: { event: ChainEvent; overwritten: Overwritten }[];
  /** Unused fast exits that its time gave back. */
  returned: ReleaseRecord[];
}

/** Where the chain stood when the last block was taken. */
export function lastPlace({ core, lastBlockHash }: EdgeState): BlockPlace {
  return { number: core.lastBlock, hash: lastBlockHash, timestamp: core.lastBlockTimestamp };
}

/** Remembers a block, and forgets those that no reorganisation reaches any more. */
export function rememberBlock(
  state: EdgeState,
  { number, hash }: BlockCommand,
  taken: Omit<TakenBlock, "number" | "hash">,
): void {
  const { takenBlocks, core } = state;
  takenBlocks.set(number, { number, hash, ...taken });
  for (const block of takenBlocks.values()) {
    if (block.number > number - core.limits.maxReorgBlocks) break;
    takenBlocks.delete(block.number);
    for (const { overwritten } of block.events) {
      if (overwritten.fills) core.fills.makeFinal(overwritten.fills.lastFillSeq);
    }
  }
}

/** The blocks that can be undone, newest first, and after them the one before, which cannot. */
export function recentBlocks(state: EdgeState): BlockPlace[] {
  const places: BlockPlace[] = [];
  let place = lastPlace(state);
  for (const block of [...state.takenBlocks.values()].reverse()) {
    places.push(place);
    place = block.before;
  }
  return [...places, place];
}
