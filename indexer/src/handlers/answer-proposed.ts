import { ponder } from "ponder:registry";
import { resolutions } from "ponder:schema";

ponder.on("OptimisticResolver:AnswerProposed", async ({ event, context: { db } }) => {
  const { proposer, payoutsYes, challengeEndsAt, evidenceHash } = event.args;
  await db.update(resolutions, { marketId: Number(event.args.marketId) }).set({
    phase: "proposed",
    proposer,
    proposedPayoutsYes: [...payoutsYes],
    proposedAt: Number(event.block.timestamp),
    challengeEndsAt,
    proposalEvidenceHash: evidenceHash,
  });
});
