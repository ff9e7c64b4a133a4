import { ponder } from "ponder:registry";
import { skippedFills } from "ponder:schema";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:FillSkipped", async ({ event, context: { db } }) => {
  const { batchId, fillIndex, reason } = event.args;
  await db.insert(skippedFills).values({
    batchId: Number(batchId),
    fillIndex,
    reasonCode: reason,
    reason: skipReasonName(reason),
    ...provenanceOf(event),
  });
});
