import { ponder } from "ponder:registry";
import { priceConditions } from "ponder:schema";

ponder.on("PriceFeedResolver:ResolvedByRound", async ({ event, context: { db } }) => {
  const { roundId, answer, payoutYes } = event.args;
  const marketId = Number(event.args.marketId);
  await db.update(priceConditions, { marketId }).set({ roundId, answer, payoutYes });
});
