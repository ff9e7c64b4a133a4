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
  /** Takes back the writes that are not on the disk yet, newest last. */
  readonly unflushed: (() => void)[] = [];
  /** Hashes of the orders that the journal places, to ask at once whether one is durable. */
  readonly placed = new Set<string>();
}
