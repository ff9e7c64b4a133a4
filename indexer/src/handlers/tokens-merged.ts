import { ponder } from "ponder:registry";
import { MICRO_PER_LOT } from "../../../protocol/units.ts";
import { collateralOut } from "../projections/exchange.ts";
import { changeSupply } from "../projections/market.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:TokensMerged", async ({ event, context: { db } }) => {
  const { account, quantityLots: lots } = event.args;
  const marketId = Number(event.args.marketId);
  const amountMicro = lots * BigInt(MICRO_PER_LOT);
  await changeSupply(db, marketId, { yes: -lots, no: -lots });
  await collateralOut(db, event.log.address, amountMicro);
  await recordTransfer(db, event, {
    kind: "merge",
    account,
    marketId,
    amountMicro,
    quantityLots: lots,
    yesLots: lots,
    noLots: lots,
  });
});
