import { ponder } from "ponder:registry";
import { marketRows } from "ponder:schema";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:MarketCreated", async ({ event, context: { db } }) => {
  const place = provenanceOf(event);
  const groupId = Number(event.args.groupId);
  await db.insert(marketRows).values({
    ...event.args,
    marketId: Number(event.args.marketId),
    groupId: groupId === 0 ? null : groupId,
    phase: "open",
    proposedPayoutYes: null,
    payoutYes: null,
    lastYesPriceTicks: null,
    yesOutstandingLots: 0n,
    noOutstandingLots: 0n,
    volumeMicro: 0n,
    volumeLots: 0n,
    trades: 0,
    feesMicro: 0n,
    createdAt: place.blockTime,
    createdBlock: place.blockNumber,
    createdTransactionHash: place.transactionHash,
    resolvedAt: null,
    resolvedTransactionHash: null,
  });
});
