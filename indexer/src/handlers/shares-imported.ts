import { ponder } from "ponder:registry";
import { Outcome } from "../../../protocol/units.ts";
import { markYesTicks } from "../../accounting/mark.ts";
import { acquire, worthMicro } from "../../accounting/position.ts";
import { getMarket } from "../projections/market.ts";
import { changePosition } from "../projections/position.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:SharesImported", async ({ event, context: { db } }) => {
  const { account, quantityLots } = event.args;
  const outcome = event.args.outcome as Outcome;
  const marketId = Number(event.args.marketId);
  const market = await getMarket(db, marketId);
  // What they cost outside is unknown, so they come in at the mark: neither a gain nor a loss.
  const worth = worthMicro(outcome, quantityLots, markYesTicks(market));
  const key = { account, marketId, slug: market.slug, blockNumber: Number(event.block.number) };
  await changePosition(db, key, (position) => acquire(position, outcome, quantityLots, worth));
  await recordTransfer(db, event, {
    kind: "import",
    account,
    marketId,
    outcome,
    quantityLots,
    [outcome === Outcome.YES ? "yesLots" : "noLots"]: quantityLots,
  });
});
