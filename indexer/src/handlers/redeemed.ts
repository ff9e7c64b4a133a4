import { ponder } from "ponder:registry";
import { Outcome } from "../../../protocol/units.ts";
import { markYesTicks } from "../../accounting/mark.ts";
import { dispose, worthMicro } from "../../accounting/position.ts";
import { changeBalance } from "../projections/balance.ts";
import { changeSupply, getMarket } from "../projections/market.ts";
import { changePosition } from "../projections/position.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:Redeemed", async ({ event, context: { db } }) => {
  const { account, yesLots, noLots, payoutMicro } = event.args;
  const marketId = Number(event.args.marketId);
  const blockNumber = Number(event.block.number);
  const market = await getMarket(db, marketId);
  const payout = markYesTicks(market);
  const worth = (outcome: Outcome, lots: bigint) => worthMicro(outcome, lots, payout);
  await changePosition(db, { account, marketId, slug: market.slug, blockNumber }, (position) =>
    dispose(
      dispose(position, Outcome.YES, yesLots, worth(Outcome.YES, yesLots)),
      Outcome.NO,
      noLots,
      worth(Outcome.NO, noLots),
    ),
  );
  await changeBalance(db, { account, cashMicro: payoutMicro, blockNumber });
  await changeSupply(db, marketId, { yes: -yesLots, no: -noLots });
  await recordTransfer(db, event, {
    kind: "redemption",
    account,
    marketId,
    amountMicro: payoutMicro,
    quantityLots: yesLots + noLots,
    yesLots,
    noLots,
  });
});
