/**
 * The form of the state hash and of the snapshots. Raise it with any change of what either covers, or of
 * how: a state hash of another form is not compared, a snapshot of another form is not loaded.
 */
export const STATE_FORMAT = 3;

/** What the state was after a command. */
export interface Checkpoint {
  seq: number;
  timeMs: number;
  /** Of the journal's entry at `seq`. */
  journalHash: Buffer;
  /** 16 hex digits. */
  stateHash: string;
  snapshotBytes: number;
  /** SHA-256 of the snapshot. */
  snapshotHash: Buffer;
}
