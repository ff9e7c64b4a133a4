import { ponder } from "ponder:registry";
import { exportRequests } from "ponder:schema";
import { closeExport } from "../projections/exit-request.ts";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:ExportRequested", async ({ event, context: { db } }) => {
  const { account, outcome, quantityLots, executableAt } = event.args;
  const key = { account, marketId: Number(event.args.marketId), outcome };
  await closeExport(db, key, "replaced", Number(event.block.number));
  await db.insert(exportRequests).values({
    ...key,
    quantityLots,
    executableAt,
    status: "pending",
    ...provenanceOf(event),
  });
});
