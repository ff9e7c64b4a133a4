import { formatCollateral, formatShares } from "../../protocol/units.ts";

/** Where the story is told: chapters with aligned lines. */
export interface Transcript {
  chapter(title: string): void;
  /** One line: who or what, then what happened, then a transaction's hash if there is one. */
  line(subject: string, what: string, transactionHash?: string): void;
}

const SUBJECT_WIDTH = 9;
const WHAT_WIDTH = 62;

/** Writes to `print`, a line at a time. */
export function createTranscript(print: (line: string) => void): Transcript {
  let chapters = 0;
  return {
    chapter(title) {
      print("");
      print(`${++chapters} · ${title}`);
    },
    line(subject, what, transactionHash) {
      const text = `  ${subject.padEnd(SUBJECT_WIDTH)} ${what}`;
      const padded = text.padEnd(SUBJECT_WIDTH + WHAT_WIDTH + 3);
      print(transactionHash ? `${padded} tx ${transactionHash}` : text);
    },
  };
}

/** `12.5 USD`: the collateral's unit of account is enough of a name here. */
export function cash(micro: bigint | string | number): string {
  return `${formatCollateral(BigInt(micro))} USD`;
}

/** `12.5 YES`. */
export function shares(lots: bigint | string | number, outcome: "YES" | "NO"): string {
  return `${formatShares(BigInt(lots))} ${outcome}`;
}
