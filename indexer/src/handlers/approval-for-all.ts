import { ponder } from "ponder:registry";
import { tokenApprovals } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("OutcomeTokens:ApprovalForAll", async ({ event, context: { db } }) => {
  const { account, operator, approved } = event.args;
  const row = { approved, ...provenanceOf(event) };
  await db
    .insert(tokenApprovals)
    .values({ account, operator, ...row })
    .onConflictDoUpdate(row);
});
