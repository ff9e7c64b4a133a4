import { ponder } from "ponder:registry";
import { changeExchange } from "../projections/exchange.ts";
import { recordExchangeEvent } from "../projections/exchange-event.ts";

ponder.on("Exchange:FeesCollected", async ({ event, context: { db } }) => {
  const { to, amountMicro } = event.args;
  await changeExchange(db, event.log.address, (row) => ({
    feesCollectedMicro: row.feesCollectedMicro + amountMicro,
    collateralOutMicro: row.collateralOutMicro + amountMicro,
  }));
  await recordExchangeEvent(db, event, { kind: "fees_collected", account: to, amountMicro });
});
