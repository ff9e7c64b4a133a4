import { ponder } from "ponder:registry";
import { changeExchange } from "../projections/exchange.ts";
import { recordExchangeEvent } from "../projections/exchange-event.ts";

ponder.on("Exchange:TradingPaused", async ({ event, context: { db } }) => {
  await changeExchange(db, event.log.address, () => ({ tradingPaused: true }));
  await recordExchangeEvent(db, event, { kind: "trading_paused", account: event.args.by });
});
