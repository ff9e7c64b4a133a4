import { ponder } from "ponder:registry";
import { closeExport } from "../projections/exit-request.ts";

ponder.on("Exchange:ExportCancelled", async ({ event, context: { db } }) => {
  const { account, outcome } = event.args;
  const key = { account, marketId: Number(event.args.marketId), outcome };
  await closeExport(db, key, "cancelled", Number(event.block.number));
});
