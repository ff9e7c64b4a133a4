import { ponder } from "ponder:registry";
import { resolutions } from "ponder:schema";

ponder.on("OptimisticResolver:AnswerFinalized", async ({ event, context: { db } }) => {
  await db.update(resolutions, { marketId: Number(event.args.marketId) }).set({
    phase: "finalized",
    payoutsYes: [...event.args.payoutsYes],
    closedAt: Number(event.block.timestamp),
  });
});
