import { ponder } from "ponder:registry";
import { createExchange } from "../projections/exchange.ts";

ponder.on("Exchange:setup", async ({ context }) => {
  await createExchange(context.db, context.contracts.Exchange.address);
});
