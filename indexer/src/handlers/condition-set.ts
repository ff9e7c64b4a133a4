import { strict as assert } from "node:assert";
import { ponder } from "ponder:registry";
import { priceConditions } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

/** The resolver's enum `Kind`. */
const KINDS = ["none", "at_or_above", "within", "below"];

ponder.on("PriceFeedResolver:ConditionSet", async ({ event, context: { db } }) => {
  const { feed, bandBps, price } = event.args;
  const kind = KINDS[event.args.kind];
  assert(kind !== undefined, "the resolver knows a kind of condition that the index does not");
  await db.insert(priceConditions).values({
    marketId: Number(event.args.marketId),
    ...{ feed, kind, bandBps, price },
    ...provenanceOf(event),
  });
});
