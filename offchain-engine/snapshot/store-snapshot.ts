import { createHash } from "node:crypto";
import type { PoolClient } from "../../platform/postgres/pool.ts";
import { type Checkpoint, STATE_FORMAT } from "./checkpoint.ts";

const CHUNK_BYTES = 1 << 20;
/** Should the last one not verify, the one before does. */
const KEPT = 2;

/**
 * Writes a checkpoint with its snapshot in one transaction: either is there whole, or not at all.
 * @throws when the journal has no such entry: then the state is not of this journal.
 */
export async function storeSnapshot(
  client: PoolClient,
  checkpoint: Omit<Checkpoint, "snapshotBytes" | "snapshotHash">,
  bytes: Uint8Array,
): Promise<void> {
  const { seq, timeMs, journalHash, stateHash } = checkpoint;
  const chunks = chunksOf(bytes);
  const hash = createHash("sha256");
  for (const chunk of chunks) hash.update(chunk);
  await client.query("BEGIN");
  try {
    // Whatever server, database or role say: the one before goes when this one is on the disk.
    await client.query("SET LOCAL synchronous_commit = on");
    const { rowCount } = await client.query(
      `INSERT INTO engine.checkpoints (seq, time_ms, journal_hash, state_format, state_hash,
                                       snapshot_bytes, snapshot_hash)
       SELECT seq, $2, hash, $4, $5, $6, $7 FROM engine.journal WHERE seq = $1 AND hash = $3`,
      [seq, timeMs, journalHash, STATE_FORMAT, stateHash, bytes.length, hash.digest()],
    );
    if (rowCount !== 1) throw new Error(`the journal has no such entry ${seq}`);
    for (const [number, chunk] of chunks.entries()) {
      await client.query({
        name: "snapshot-chunk",
        text: "INSERT INTO engine.snapshot_chunks (seq, number, data) VALUES ($1, $2, $3)",
        values: [seq, number, chunk],
      });
    }
    await client.query(
      `DELETE FROM engine.snapshot_chunks WHERE seq NOT IN
         (SELECT DISTINCT seq FROM engine.snapshot_chunks ORDER BY seq DESC LIMIT ${KEPT})`,
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

function chunksOf(bytes: Uint8Array): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES, bytes.length - at);
    chunks.push(Buffer.from(bytes.buffer, bytes.byteOffset + at, length));
  }
  return chunks;
}
