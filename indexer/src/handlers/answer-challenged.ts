import { ponder } from "ponder:registry";
import { resolutions } from "ponder:schema";

ponder.on("OptimisticResolver:AnswerChallenged", async ({ event, context: { db } }) => {
  const { challenger, evidenceHash } = event.args;
  await db.update(resolutions, { marketId: Number(event.args.marketId) }).set({
    phase: "challenged",
    challenger,
    challengedAt: Number(event.block.timestamp),
    challengeEvidenceHash: evidenceHash,
  });
});
