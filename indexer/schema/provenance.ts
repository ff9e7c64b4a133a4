import type { PgColumnsBuilders } from "ponder";

/**
 * Where a row's event stands on chain: block number, unix seconds of the block, transaction, and the
 * log's place in its block. `(block_number, log_index)` is unique and orders all events.
 */
export const provenance = (t: PgColumnsBuilders) => ({
  blockNumber: t.int8({ mode: "number" }).notNull(),
  blockTime: t.int8({ mode: "number" }).notNull(),
  transactionHash: t.hex().notNull(),
  logIndex: t.integer().notNull(),
});
