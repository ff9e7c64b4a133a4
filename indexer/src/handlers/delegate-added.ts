import { ponder } from "ponder:registry";
import { delegates } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:DelegateAdded", async ({ event, context: { db } }) => {
  const { account, delegate } = event.args;
  const place = provenanceOf(event);
  const added = { addedAt: place.blockTime, removedAt: null, ...place };
  await db
    .insert(delegates)
    .values({ account, delegate, ...added })
    .onConflictDoUpdate(added);
});
