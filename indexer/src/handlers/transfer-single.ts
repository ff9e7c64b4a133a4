import { ponder } from "ponder:registry";
import { moveTokens } from "../projections/token-balance.ts";

ponder.on("OutcomeTokens:TransferSingle", async ({ event, context: { db } }) => {
  const { operator, from, to, id, value } = event.args;
  await moveTokens(db, event, {
    ...{ operator, from, to },
    tokenId: id,
    quantityLots: value,
    batchIndex: 0,
  });
});
