import type { Transcript } from "./transcript.ts";

/** One figure as each party has it. Parties that do not keep it are left out. */
export interface Figures {
  expected: bigint | string | number;
  chain?: bigint | string | number;
  sql?: bigint | string | number;
  api?: bigint | string | number;
}

/** Compares figures, prints each, and remembers what did not agree. */
export interface Checks {
  /** `show` makes the figure readable. */
  compare(what: string, figures: Figures, show?: (figure: string) => string): void;
  readonly count: number;
  readonly mismatches: readonly string[];
}

const WHAT_WIDTH = 40;

export function createChecks(transcript: Transcript): Checks {
  const mismatches: string[] = [];
  let count = 0;
  return {
    compare(what, { expected, ...parties }, show = (figure) => figure) {
      count++;
      const told = Object.entries(parties).map(([party, figure]) => ({
        party: party === "chain" ? party : party.toUpperCase(),
        figure: String(figure),
      }));
      const agree = told.every(({ figure }) => figure === String(expected));
      if (agree && told.length > 0) {
        const parts = told.map(({ party }) => party).join(" = ");
        transcript.line("✓", `${what.padEnd(WHAT_WIDTH)} ${parts} = ${show(String(expected))}`);
        return;
      }
      const parts = told.map(({ party, figure }) => `${party} ${show(figure)}`).join(", ");
      const sentence = `${what}: expected ${show(String(expected))}, ${parts || "nobody tells"}`;
      mismatches.push(sentence);
      transcript.line("✗", sentence);
    },
    get count() {
      return count;
    },
    mismatches,
  };
}
