import { ponder } from "ponder:registry";
import { Outcome } from "../../../protocol/units.ts";
import { changeExcess, creditMember, splitMembers } from "../projections/conversion.ts";
import { collateralIn } from "../projections/exchange.ts";
import { changeSupply } from "../projections/market.ts";
import { recordTransfer } from "../projections/transfer.ts";

ponder.on("Exchange:YesConverted", async ({ event, context: { db } }) => {
  const { account, quantityLots: lots, cashMicro, memberSet } = event.args;
  const groupId = Number(event.args.groupId);
  const blockNumber = Number(event.block.number);
  const { inSet, others } = splitMembers(event.args);
  for (const marketId of others) await changeSupply(db, marketId, { yes: -lots, no: 0n });
  for (const marketId of inSet) {
    await changeSupply(db, marketId, { yes: 0n, no: lots });
    await creditMember(db, { account, marketId, blockNumber }, Outcome.NO, lots);
  }
  await changeExcess(db, groupId, -lots);
  await collateralIn(db, event.log.address, cashMicro);
  await recordTransfer(db, event, {
    kind: "yes_conversion",
    account,
    groupId,
    memberSet,
    amountMicro: cashMicro,
    quantityLots: lots,
  });
});
