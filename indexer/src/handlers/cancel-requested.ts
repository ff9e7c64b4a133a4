import { ponder } from "ponder:registry";
import { cancels } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:CancelRequested", async ({ event, context: { db } }) => {
  const { account, nonce, effectiveAt } = event.args;
  const request = { effectiveAt, ...provenanceOf(event) };
  await db
    .insert(cancels)
    .values({ account, nonce, ...request })
    .onConflictDoUpdate(request);
});
