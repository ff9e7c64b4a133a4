/** One command in its place, as the journal keeps it. */
export interface JournalEntry {
  /** From 1, without holes. */
  seq: number;
  /** The engine's clock, never falling. */
  timeMs: number;
  kind: string;
  /** The command's exact JSON text. */
  payload: string;
  /** Chains the entry to all before it. */
  hash: Buffer;
}
