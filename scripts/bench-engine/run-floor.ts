import { COMMAND_WORDS, type CommandStream } from "./command-stream.ts";
import type { EngineRun } from "./engine-run.ts";

const SLOTS = 1 << 17;

/** The least that any engine does: read each command, write six words at a place of its own. */
export function createFloorRun(stream: CommandStream): EngineRun {
  const { words } = stream;
  const columns = Array.from({ length: COMMAND_WORDS }, () => new Int32Array(SLOTS));
  const [op, market, price, lots, order, account] = columns as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  return {
    run(first, end) {
      for (let at = first * COMMAND_WORDS; at < end * COMMAND_WORDS; at += COMMAND_WORDS) {
        const slot = (words[at + 4] as number) & (SLOTS - 1);
        op[slot] = words[at] as number;
        market[slot] = words[at + 1] as number;
        price[slot] = words[at + 2] as number;
        lots[slot] = words[at + 3] as number;
        order[slot] = words[at + 4] as number;
        account[slot] = words[at + 5] as number;
      }
    },
    facts: () => ({}),
  };
}
