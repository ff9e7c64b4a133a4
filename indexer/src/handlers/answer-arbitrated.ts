import { ponder } from "ponder:registry";
import { resolutions } from "ponder:schema";

ponder.on("OptimisticResolver:AnswerArbitrated", async ({ event, context: { db } }) => {
  const { winner, payoutsYes, evidenceHash } = event.args;
  await db.update(resolutions, { marketId: Number(event.args.marketId) }).set({
    phase: "arbitrated",
    winner,
    payoutsYes: [...payoutsYes],
    rulingEvidenceHash: evidenceHash,
    closedAt: Number(event.block.timestamp),
  });
});
