import type { Hex } from "viem";

export interface JournalRow {
  seq: bigint;
  time_ms: bigint;
  kind: string;
  payload: string;
  hash: Buffer;
}

export interface BatchRow {
  batch_id: bigint;
  first_fill_seq: bigint;
  last_fill_seq: bigint;
  calldata: Hex;
  journal_seq: bigint;
  journal_hash: Hex;
  status: string;
  tx_hash: Hex | null;
  nonce: bigint | null;
}

/** A checkpoint with its snapshot, chunk by chunk; of older ones the chunks are gone. */
export interface CheckpointRow {
  seq: bigint;
  time_ms: bigint;
  journal_hash: Buffer;
  state_format: number;
  state_hash: string;
  snapshot_bytes: bigint;
  snapshot_hash: Buffer;
}

export type TableRow = Record<string, string | null>;

/** Writes that a server may lose when it dies: it did not wait for the disk. */
const MAX_UNFLUSHED = 3;

/** What the engine keeps in Postgres, as far as it reads it back. */
export class ModelTables {
  readonly journal: JournalRow[] = [];
  meta: Record<string, unknown> | null = null;
  readonly batches = new Map<number, BatchRow>();
  /** How far the tables below the journal are, and who may write them. */
  projection: { seq: number; writer: number } | null = null;
  /** Rows of those tables by name, then by key; as Postgres would show them in text. */
  readonly rows = new Map<string, Map<string, TableRow>>();
  readonly checkpoints: CheckpointRow[] = [];
  /** By the sequence of their checkpoint. */
  readonly chunks = new Map<number, Buffer[]>();
  /** Takes back the transactions that are not on the disk yet, newest last. */
  readonly unflushed: (() => void)[] = [];
  /** Those of the transaction that commits now. */
  #committing: (() => void)[] | null = null;
  /** Hashes of the orders that the journal places, to ask at once whether one is durable. */
  readonly placed = new Set<string>();

  /** Remembers how to take a write back, until it is on the disk. */
  wrote(undo: () => void): void {
    (this.#committing ?? this.unflushed).push(undo);
    if (this.unflushed.length > MAX_UNFLUSHED) this.unflushed.shift();
  }

  /** What `write` writes is on the disk as a whole, or not at all. */
  together(write: () => void): void {
    const undo: (() => void)[] = [];
    this.#committing = undo;
    write();
    this.#committing = null;
    if (undo.length === 0) return;
    this.wrote(() => {
      for (const step of undo.reverse()) step();
    });
  }
}
