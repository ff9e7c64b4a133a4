import { ponder } from "ponder:registry";
import { cancelFloors } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:CancelFloorRaised", async ({ event, context: { db } }) => {
  await db.insert(cancelFloors).values({ ...event.args, ...provenanceOf(event) });
});
