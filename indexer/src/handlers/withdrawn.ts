import { ponder } from "ponder:registry";
import { changeBalance } from "../projections/balance.ts";
import { collateralOut } from "../projections/exchange.ts";
import { closeWithdrawal } from "../projections/exit-request.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:Withdrawn", async ({ event, context: { db } }) => {
  const { account, amountMicro, releaseNonce } = event.args;
  const blockNumber = Number(event.block.number);
  await changeBalance(db, {
    account,
    cashMicro: -amountMicro,
    withdrawnMicro: amountMicro,
    blockNumber,
  });
  await collateralOut(db, event.log.address, amountMicro);
  if (releaseNonce === 0n) await closeWithdrawal(db, account, "executed", blockNumber);
  await recordTransfer(db, event, { kind: "withdrawal", account, amountMicro, releaseNonce });
});
