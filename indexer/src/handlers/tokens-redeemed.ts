import { ponder } from "ponder:registry";
import { collateralOut } from "../projections/exchange.ts";
import { changeSupply } from "../projections/market.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:TokensRedeemed", async ({ event, context: { db } }) => {
  const { account, yesLots, noLots, payoutMicro } = event.args;
  const marketId = Number(event.args.marketId);
  await changeSupply(db, marketId, { yes: -yesLots, no: -noLots });
  await collateralOut(db, event.log.address, payoutMicro);
  await recordTransfer(db, event, {
    kind: "token_redemption",
    account,
    marketId,
    amountMicro: payoutMicro,
    quantityLots: yesLots + noLots,
    yesLots,
    noLots,
  });
});
