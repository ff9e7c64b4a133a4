import { ponder } from "ponder:registry";
import { marketProposals } from "ponder:schema";
import { changeMarket } from "../projections/market.ts";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:MarketProposed", async ({ event, context: { db } }) => {
  const { payoutYes } = event.args;
  const marketId = Number(event.args.marketId);
  await changeMarket(db, marketId, () => ({ phase: "proposed", proposedPayoutYes: payoutYes }));
  await db.insert(marketProposals).values({ marketId, payoutYes, ...provenanceOf(event) });
});
