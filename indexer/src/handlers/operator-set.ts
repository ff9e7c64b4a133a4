import { ponder } from "ponder:registry";
import { changeExchange } from "../projections/exchange.ts";
import { recordExchangeEvent } from "../projections/exchange-event.ts";

ponder.on("Exchange:OperatorSet", async ({ event, context: { db } }) => {
  const { operator } = event.args;
  await changeExchange(db, event.log.address, () => ({ operator }));
  await recordExchangeEvent(db, event, { kind: "operator_set", account: operator });
});
