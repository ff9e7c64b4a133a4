import { ponder } from "ponder:registry";
import { changeBalance } from "../projections/balance.ts";
import { collateralIn } from "../projections/exchange.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:Deposited", async ({ event, context: { db } }) => {
  const { account, payer, amountMicro } = event.args;
  await changeBalance(db, {
    account,
    cashMicro: amountMicro,
    depositedMicro: amountMicro,
    blockNumber: Number(event.block.number),
  });
  await collateralIn(db, event.log.address, amountMicro);
  await recordTransfer(db, event, { kind: "deposit", account, payer, amountMicro });
});
