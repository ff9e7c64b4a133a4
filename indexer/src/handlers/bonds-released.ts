import { ponder } from "ponder:registry";
import { resolutions } from "ponder:schema";

ponder.on("OptimisticResolver:BondsReleased", async ({ event, context: { db } }) => {
  const closedAt = Number(event.block.timestamp);
  const marketId = Number(event.args.marketId);
  await db.update(resolutions, { marketId }).set({ phase: "released", closedAt });
});
