import { ponder } from "ponder:registry";
import { changeMarket } from "../projections/market.ts";

ponder.on("Exchange:MarketResolved", async ({ event, context: { db } }) => {
  const { payoutYes, isVoid } = event.args;
  await changeMarket(db, Number(event.args.marketId), () => ({
    phase: isVoid ? "void" : "resolved",
    payoutYes,
    resolvedAt: Number(event.block.timestamp),
    resolvedTransactionHash: event.transaction.hash,
  }));
});
