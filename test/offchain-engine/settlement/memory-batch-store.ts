import type { BatchStore, OpenBatch } from "../../../offchain-engine/settlement/batch-store.ts";

/** Batches in memory, which outlives a pipeline as the database does. */
export function createMemoryBatchStore(): BatchStore {
  let batches: OpenBatch[] = [];
  return {
    async open() {
      return batches.map((batch) => ({ ...batch }));
    },
    async prepare(batch) {
      if (batches.some((open) => open.batchId === batch.batchId)) return;
      batches.push({ ...batch, transactionHash: null, nonce: null });
    },
    async submit(batchId, { hash, nonce }) {
      const batch = batches.find((open) => open.batchId === batchId);
      if (batch) Object.assign(batch, { transactionHash: hash, nonce });
    },
    async settle(batchId) {
      batches = batches.filter((batch) => batch.batchId > batchId);
    },
    async simulate() {},
  };
}
