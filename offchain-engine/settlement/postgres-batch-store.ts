import type { Hex } from "viem";
import type { Pool } from "../../platform/postgres/pool.ts";
import { BatchConflict } from "./batch-conflict.ts";
import type { BatchStatus, BatchStore, OpenBatch, PreparedBatch } from "./batch-store.ts";

interface BatchRow {
  batch_id: bigint;
  first_fill_seq: bigint;
  last_fill_seq: bigint;
  calldata: Hex;
  journal_seq: bigint;
  journal_hash: Hex;
  tx_hash: Hex | null;
  nonce: bigint | null;
}

/** Batches in `engine.batches`. */
export function createPostgresBatchStore(pool: Pool): BatchStore {
  function insert(batch: PreparedBatch, status: BatchStatus, transactionHash: Hex | null) {
    return pool.query(
      `INSERT INTO engine.batches
         (batch_id, first_fill_seq, last_fill_seq, calldata, journal_seq, journal_hash, status, tx_hash, settled_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $7 = 'simulated' THEN now() END)
       ON CONFLICT (batch_id) DO UPDATE SET batch_id = excluded.batch_id
         WHERE engine.batches.calldata = excluded.calldata`,
      [
        batch.batchId,
        batch.firstFillSeq,
        batch.lastFillSeq,
        batch.calldata,
        batch.journalSeq,
        batch.journalHash,
        status,
        transactionHash,
      ],
    );
  }

  return {
    async reopen(afterBatchId) {
      await pool.query(
        `UPDATE engine.batches SET settled_at = NULL, status = 'submitted'
         WHERE batch_id > $1 AND status = 'settled'`,
        [afterBatchId],
      );
    },
    async open() {
      const { rows } = await pool.query<BatchRow>(
        `SELECT batch_id, first_fill_seq, last_fill_seq, calldata, journal_seq, journal_hash, tx_hash, nonce
         FROM engine.batches WHERE status IN ('prepared', 'submitted') ORDER BY batch_id`,
      );
      return rows.map(openBatch);
    },
    async prepare(batch) {
      const { rowCount } = await insert(batch, "prepared", null);
      if (rowCount === 1) return;
      throw new BatchConflict(batch.batchId);
    },
    async submit(batchId, { hash, nonce }) {
      await pool.query(
        `UPDATE engine.batches
         SET status = 'submitted', tx_hash = $2, nonce = $3, submitted_at = coalesce(submitted_at, now())
         WHERE batch_id = $1`,
        [batchId, hash, nonce],
      );
    },
    async settle(batchId) {
      await pool.query(
        `UPDATE engine.batches SET status = 'settled', settled_at = now()
         WHERE batch_id <= $1 AND status IN ('prepared', 'submitted')`,
        [batchId],
      );
    },
    async simulate(batch, transactionHash) {
      await insert(batch, "simulated", transactionHash);
    },
  };
}

function openBatch(row: BatchRow): OpenBatch {
  return {
    batchId: Number(row.batch_id),
    firstFillSeq: Number(row.first_fill_seq),
    lastFillSeq: Number(row.last_fill_seq),
    calldata: row.calldata,
    journalSeq: Number(row.journal_seq),
    journalHash: row.journal_hash,
    transactionHash: row.tx_hash,
    nonce: row.nonce === null ? null : Number(row.nonce),
  };
}
