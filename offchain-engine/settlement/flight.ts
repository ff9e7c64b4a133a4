import type { Hex } from "viem";
import type { OpenBatch } from "./batch-store.ts";
import type { Fees } from "./fees.ts";
import { gasBoundUp } from "./gas-bound.ts";
import { batchOfCalldata } from "./settle-calldata.ts";

/** The transaction that is out for a batch. */
export interface SentTransaction {
  hash: Hex;
  nonce: number;
  /** Null when an earlier run signed it. */
  raw: Hex | null;
  fees: Fees;
  /** By the process's own time. */
  atMs: number;
  /** Whether a node has confirmed that it has it. */
  taken: boolean;
}

/** A batch between its preparation and the engine's knowledge of its settlement. */
export interface Flight {
  batch: OpenBatch;
  fills: number;
  /** When the oldest of its fills was matched; null when an earlier run prepared it. */
  oldestFillMs: number | null;
  gas: number;
  sent: SentTransaction | null;
  /** Every transaction that was signed for it, each once, newest last. */
  hashes: Hex[];
  /** Those of them that were sent when the batch was next: behind another, one fails with that other. */
  sentAsNext: Set<Hex>;
  /** How many of these were mined and failed. */
  reverts: number;
  /** Whether the newest block has it settled. */
  mined: boolean;
}

export function flightOf(batch: OpenBatch, oldestFillMs: number | null = null): Flight {
  const { orders, fills } = batchOfCalldata(batch.calldata);
  return {
    batch,
    fills: fills.length,
    oldestFillMs,
    gas: gasBoundUp(orders.length, fills.length),
    sent: null,
    hashes: batch.transactionHash === null ? [] : [batch.transactionHash],
    sentAsNext: new Set(),
    reverts: 0,
    mined: false,
  };
}
