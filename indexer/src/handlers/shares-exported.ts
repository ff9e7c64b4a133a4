import { ponder } from "ponder:registry";
import { Outcome } from "../../../protocol/units.ts";
import { markYesTicks } from "../../accounting/mark.ts";
import { dispose, worthMicro } from "../../accounting/position.ts";
import { closeExport } from "../projections/exit-request.ts";
import { getMarket } from "../projections/market.ts";
import { changePosition } from "../projections/position.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:SharesExported", async ({ event, context: { db } }) => {
  const { account, quantityLots, releaseNonce } = event.args;
  const outcome = event.args.outcome as Outcome;
  const marketId = Number(event.args.marketId);
  const blockNumber = Number(event.block.number);
  const market = await getMarket(db, marketId);
  // Shares that leave the league's sight leave at the mark, so that moving them wins nothing.
  const worth = worthMicro(outcome, quantityLots, markYesTicks(market));
  await changePosition(db, { account, marketId, slug: market.slug, blockNumber }, (position) =>
    dispose(position, outcome, quantityLots, worth),
  );
  if (releaseNonce === 0n) {
    await closeExport(db, { account, marketId, outcome }, "executed", blockNumber);
  }
  await recordTransfer(db, event, {
    kind: "export",
    account,
    marketId,
    outcome,
    quantityLots,
    [outcome === Outcome.YES ? "yesLots" : "noLots"]: quantityLots,
    releaseNonce,
  });
});
