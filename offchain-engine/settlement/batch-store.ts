import type { Hex } from "viem";

/**
 * - `prepared`: its calldata is fixed, nothing was sent
 * - `submitted`: a transaction with it was signed and may have been sent
 * - `settled`: the engine took its settlement from the chain
 * - `simulated`: it ran against the contract's code without being sent
 */
export type BatchStatus = "prepared" | "submitted" | "settled" | "simulated";

/** A batch as it was fixed before anything was sent: whatever happens, it is this calldata or nothing. */
export interface PreparedBatch {
  batchId: number;
  firstFillSeq: number;
  lastFillSeq: number;
  calldata: Hex;
  journalSeq: number;
  journalHash: Hex;
}

/** A batch that has not settled yet, with the last transaction that was signed for it. */
export interface OpenBatch extends PreparedBatch {
  transactionHash: Hex | null;
  nonce: number | null;
}

/** Where batches outlive the process. Each method resolves once its change is durable. */
export interface BatchStore {
  /** The settled batches after that one are on their way again: the chain lost the blocks that settled them. */
  reopen(afterBatchId: number): Promise<void>;
  /** Batches `prepared` or `submitted`, by batch id. */
  open(): Promise<OpenBatch[]>;
  /**
   * May be repeated with the same bytes.
   * @throws BatchConflict when other bytes are durable for that batch.
   */
  prepare(batch: PreparedBatch): Promise<void>;
  /** Called before the transaction is sent. */
  submit(batchId: number, transaction: { hash: Hex; nonce: number }): Promise<void>;
  /** All open batches up to `batchId` have settled. */
  settle(batchId: number): Promise<void>;
  simulate(batch: PreparedBatch, transactionHash: Hex): Promise<void>;
}
