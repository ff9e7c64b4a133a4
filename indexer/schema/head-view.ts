import { onchainView, sql } from "ponder";

declare global {
  // Ponder sets it before it reads the schema.
  var PONDER_NAMESPACE_BUILD: { schema: string };
}

// A checkpoint is digits: 10 of block time, 16 of chain id, 16 of block number, then places within.
const checkpoint = sql.raw(`"${globalThis.PONDER_NAMESPACE_BUILD?.schema}"."_ponder_checkpoint"`);

/** The block up to which everything is indexed. */
export const head = onchainView("head").as((query) =>
  query
    .select({
      chainId: sql<number>`chain_id`.as("chain_id"),
      blockNumber: sql<number>`substring(latest_checkpoint, 27, 16)::bigint`.as("block_number"),
      blockTime: sql<number>`substring(latest_checkpoint, 1, 10)::bigint`.as("block_time"),
    })
    .from(checkpoint),
);
