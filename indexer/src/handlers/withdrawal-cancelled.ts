import { ponder } from "ponder:registry";
import { closeWithdrawal } from "../projections/exit-request.ts";

ponder.on("Exchange:WithdrawalCancelled", async ({ event, context: { db } }) => {
  await closeWithdrawal(db, event.args.account, "cancelled", Number(event.block.number));
});
