import type { BatchStore, OpenBatch } from "../../../offchain-engine/settlement/batch-store.ts";

/** Batches in memory, which outlives a pipeline as the database does. */
export function createMemoryBatchStore(): BatchStore {
  const batches: (OpenBatch & { isSettled: boolean })[] = [];
  return {
    async reopen(afterBatchId) {
      for (const batch of batches) if (batch.batchId > afterBatchId) batch.isSettled = false;
    },
    async open() {
      return batches.filter((batch) => !batch.isSettled).map(({ isSettled, ...batch }) => batch);
    },
    async prepare(batch) {
      if (batches.some((known) => known.batchId === batch.batchId)) return;
      batches.push({ ...batch, transactionHash: null, nonce: null, isSettled: false });
    },
    async submit(batchId, { hash, nonce }) {
      const batch = batches.find((known) => known.batchId === batchId);
      if (batch) Object.assign(batch, { transactionHash: hash, nonce });
    },
    async settle(batchId) {
      for (const batch of batches) if (batch.batchId <= batchId) batch.isSettled = true;
    },
    async simulate() {},
  };
}
