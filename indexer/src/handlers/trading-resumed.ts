import { ponder } from "ponder:registry";
import { changeExchange } from "../projections/exchange.ts";
import { recordExchangeEvent } from "../projections/exchange-event.ts";

ponder.on("Exchange:TradingResumed", async ({ event, context: { db } }) => {
  await changeExchange(db, event.log.address, () => ({ tradingPaused: false }));
  await recordExchangeEvent(db, event, { kind: "trading_resumed", account: event.args.by });
});
