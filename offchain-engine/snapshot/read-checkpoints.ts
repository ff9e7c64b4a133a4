import type { Pool, PoolClient } from "../../platform/postgres/pool.ts";
import { type Checkpoint, STATE_FORMAT } from "./checkpoint.ts";

interface CheckpointRow {
  seq: bigint;
  time_ms: bigint;
  journal_hash: Buffer;
  state_hash: string;
  snapshot_bytes: bigint;
  snapshot_hash: Buffer;
}

const COLUMNS = "seq, time_ms, journal_hash, state_hash, snapshot_bytes, snapshot_hash";

function checkpointOf(row: CheckpointRow): Checkpoint {
  return {
    seq: Number(row.seq),
    timeMs: Number(row.time_ms),
    journalHash: row.journal_hash,
    stateHash: row.state_hash,
    snapshotBytes: Number(row.snapshot_bytes),
    snapshotHash: row.snapshot_hash,
  };
}

/** A checkpoint of a state that this journal gives. */
const IS_OF_JOURNAL = `EXISTS (SELECT FROM engine.journal AS entry
  WHERE entry.seq = checkpoint.seq AND entry.hash = checkpoint.journal_hash)`;

/** State hashes of our form after an entry, by their sequence. */
export async function readStateHashes(
  pool: Pool | PoolClient,
  afterSeq: number,
): Promise<Map<number, string>> {
  const { rows } = await pool.query<Pick<CheckpointRow, "seq" | "state_hash">>(
    `SELECT seq, state_hash FROM engine.checkpoints AS checkpoint
     WHERE seq > $1 AND state_format = $2 AND ${IS_OF_JOURNAL}`,
    [afterSeq, STATE_FORMAT],
  );
  return new Map(rows.map(({ seq, state_hash }) => [Number(seq), state_hash]));
}

/**
 * Checkpoints whose snapshot is there, the newest first: of our form, of an entry that the journal has,
 * and no newer than what the tables hold, which would else lack what only a replay can tell.
 */
export async function readSnapshotted(pool: Pool, tablesSeq: number): Promise<Checkpoint[]> {
  const { rows } = await pool.query<CheckpointRow>(
    `SELECT ${COLUMNS} FROM engine.checkpoints AS checkpoint
     WHERE state_format = $1 AND seq <= $2
       AND EXISTS (SELECT FROM engine.snapshot_chunks AS chunk WHERE chunk.seq = checkpoint.seq)
       AND ${IS_OF_JOURNAL}
     ORDER BY seq DESC`,
    [STATE_FORMAT, tablesSeq],
  );
  return rows.map(checkpointOf);
}
