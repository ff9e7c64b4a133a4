import type { Command } from "../../protocol/engine/command.ts";

/** A block tells the chain's time in whole seconds: it may be later by so much. */
const BLOCK_TIME_SPAN_MS = 1_000;

/** The time that commands are given: never falls, and goes on wherever the chain has taken it. */
export interface EngineClock {
  nowMs(): number;
  /** The time of the next command, from which the clock goes on. */
  advance(command: Command): number;
}

/**
 * A clock that stood at `timeMs` when the last engine ended. It runs with the wall clock, ahead of it by
 * as much as the newest block is: on a development chain, days may pass in an instant.
 */
export function createEngineClock(timeMs: number, wallClock: () => number): EngineClock {
  let lastMs = timeMs;
  let aheadMs = Math.max(0, timeMs - wallClock());

  function nowMs(): number {
    return Math.max(lastMs, wallClock() + aheadMs);
  }

  /** A chain that is ahead by less than before makes the clock wait for it, at most a second behind. */
  function follow(blockMs: number): void {
    const leastMs = blockMs - wallClock();
    aheadMs = Math.max(0, leastMs, Math.min(aheadMs, leastMs + BLOCK_TIME_SPAN_MS));
  }

  return {
    nowMs,
    advance(command) {
      lastMs = nowMs();
      if (command.kind !== "block") return lastMs;
      follow(command.timestamp * 1_000);
      lastMs = nowMs();
      return lastMs;
    },
  };
}
