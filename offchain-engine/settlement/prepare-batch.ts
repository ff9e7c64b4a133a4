import type { PreparedBatch } from "./batch-store.ts";
import type { BatchPlan } from "./plan-batch.ts";
import { settleCalldata } from "./settle-calldata.ts";

/** Fixes a planned batch: from here on it is these bytes. `journal` covers every fill in it. */
export function prepareBatch(
  batchId: number,
  plan: BatchPlan,
  journal: { seq: number; hash: `0x${string}` },
): PreparedBatch {
  const calldata = settleCalldata({
    batchId: BigInt(batchId),
    journalSeq: BigInt(journal.seq),
    journalHash: journal.hash,
    orders: plan.orders,
    fills: plan.fills,
  });
  return {
    batchId,
    firstFillSeq: plan.firstFillSeq,
    lastFillSeq: plan.lastFillSeq,
    calldata,
    journalSeq: journal.seq,
    journalHash: journal.hash,
  };
}
