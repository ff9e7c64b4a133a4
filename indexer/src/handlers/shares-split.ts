import { ponder } from "ponder:registry";
import { MICRO_PER_LOT, Outcome } from "../../../protocol/units.ts";
import { markYesTicks } from "../../accounting/mark.ts";
import { acquire, worthMicro } from "../../accounting/position.ts";
import { collateralIn } from "../projections/exchange.ts";
import { changeSupply, getMarket } from "../projections/market.ts";
import { changePosition } from "../projections/position.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:SharesSplit", async ({ event, context: { db } }) => {
  const { account, quantityLots: lots } = event.args;
  const marketId = Number(event.args.marketId);
  const amountMicro = lots * BigInt(MICRO_PER_LOT);
  const market = await getMarket(db, marketId);
  const ticks = markYesTicks(market);
  const key = { account, marketId, slug: market.slug, blockNumber: Number(event.block.number) };
  // The pair costs exactly one collateral, shared out by the mark.
  await changePosition(db, key, (position) =>
    acquire(
      acquire(position, Outcome.YES, lots, worthMicro(Outcome.YES, lots, ticks)),
      Outcome.NO,
      lots,
      worthMicro(Outcome.NO, lots, ticks),
    ),
  );
  await changeSupply(db, marketId, { yes: lots, no: lots });
  await collateralIn(db, event.log.address, amountMicro);
  await recordTransfer(db, event, {
    kind: "split",
    account,
    marketId,
    amountMicro,
    quantityLots: lots,
    yesLots: lots,
    noLots: lots,
  });
});
