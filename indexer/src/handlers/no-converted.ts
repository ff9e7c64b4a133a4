import { ponder } from "ponder:registry";
import { Outcome } from "../../../protocol/units.ts";
import { changeBalance } from "../projections/balance.ts";
import { changeExcess, creditMember, splitMembers } from "../projections/conversion.ts";
import { changeSupply } from "../projections/market.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:NoConverted", async ({ event, context: { db } }) => {
  const { account, quantityLots: lots, cashMicro, memberSet } = event.args;
  const groupId = Number(event.args.groupId);
  const blockNumber = Number(event.block.number);
  const { inSet, others } = splitMembers(event.args);
  for (const marketId of inSet) await changeSupply(db, marketId, { yes: 0n, no: -lots });
  for (const marketId of others) {
    await changeSupply(db, marketId, { yes: lots, no: 0n });
    await creditMember(db, { account, marketId, blockNumber }, Outcome.YES, lots);
  }
  await changeExcess(db, groupId, lots);
  await changeBalance(db, { account, cashMicro, blockNumber });
  await recordTransfer(db, event, {
    kind: "no_conversion",
    account,
    groupId,
    memberSet,
    amountMicro: cashMicro,
    quantityLots: lots,
  });
});
