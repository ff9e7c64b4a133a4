import { ponder } from "ponder:registry";
import { resolutions } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("OptimisticResolver:TermsSet", async ({ event, context: { db } }) => {
  const { arbiter, bondMicro, challengeWindow, rulesHash } = event.args;
  await db.insert(resolutions).values({
    marketId: Number(event.args.marketId),
    ...{ arbiter, bondMicro, challengeWindowSeconds: challengeWindow, rulesHash, phase: "open" },
    ...provenanceOf(event),
  });
});
