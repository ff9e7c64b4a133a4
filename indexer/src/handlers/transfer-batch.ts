import { ponder } from "ponder:registry";
import { moveTokens } from "../projections/token-balance.ts";

ponder.on("OutcomeTokens:TransferBatch", async ({ event, context: { db } }) => {
  const { operator, from, to, ids, values } = event.args;
  for (const [batchIndex, tokenId] of ids.entries()) {
    const quantityLots = values[batchIndex] ?? 0n;
    await moveTokens(db, event, { operator, from, to, tokenId, quantityLots, batchIndex });
  }
});
