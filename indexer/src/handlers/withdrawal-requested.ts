import { ponder } from "ponder:registry";
import { withdrawalRequests } from "ponder:schema";
import { closeWithdrawal } from "../projections/exit-request.ts";
import { provenanceOf } from "../projections/provenance.ts";

ponder.on("Exchange:WithdrawalRequested", async ({ event, context: { db } }) => {
  const { account, amountMicro, executableAt } = event.args;
  await closeWithdrawal(db, account, "replaced", Number(event.block.number));
  await db.insert(withdrawalRequests).values({
    account,
    amountMicro,
    executableAt,
    status: "pending",
    ...provenanceOf(event),
  });
});
