import { type EventTable, outcomeOf } from "./table.ts";

/** The members' market ids, of a group that begins at `groupId`, that are in the set, or that are not. */
function membersWhere(
  { groupId, memberCount, memberSet }: { groupId: bigint; memberCount: number; memberSet: bigint },
  isInSet: boolean,
): number[] {
  const ids = Array.from({ length: memberCount }, (_, index) => Number(groupId) + index);
  return ids.filter((_, index) => ((memberSet >> BigInt(index)) & 1n) === (isInSet ? 1n : 0n));
}

/** Shares in and out of escrow. What happens to tokens in wallets is no concern of the engine. */
export const shareEvents = {
  ExportRequested: ({ account, marketId, outcome, quantityLots, executableAt }) => ({
    type: "export_requested",
    account,
    marketId: Number(marketId),
    outcome: outcomeOf(outcome),
    quantityLots: quantityLots.toString(),
    executableAt,
  }),
  ExportCancelled: ({ account, marketId, outcome }) => ({
    type: "export_cancelled",
    account,
    marketId: Number(marketId),
    outcome: outcomeOf(outcome),
  }),
  SharesExported: ({ account, marketId, outcome, quantityLots, releaseNonce }) => ({
    type: "shares_exported",
    account,
    marketId: Number(marketId),
    outcome: outcomeOf(outcome),
    quantityLots: quantityLots.toString(),
    releaseNonce: releaseNonce.toString(),
  }),
  SharesImported: ({ account, marketId, outcome, quantityLots }) => ({
    type: "shares_imported",
    account,
    marketId: Number(marketId),
    outcome: outcomeOf(outcome),
    quantityLots: quantityLots.toString(),
  }),
  SharesSplit: ({ account, marketId, quantityLots }) => ({
    type: "shares_split",
    account,
    marketId: Number(marketId),
    quantityLots: quantityLots.toString(),
  }),
  NoConverted: ({ account, quantityLots, cashMicro, ...group }) => ({
    type: "positions_converted",
    account,
    marketIds: membersWhere(group, false),
    outcome: 1,
    quantityLots: quantityLots.toString(),
    cashMicro: cashMicro.toString(),
  }),
  // What it cost came from the wallet.
  YesConverted: ({ account, quantityLots, ...group }) => ({
    type: "positions_converted",
    account,
    marketIds: membersWhere(group, true),
    outcome: 0,
    quantityLots: quantityLots.toString(),
    cashMicro: "0",
  }),
  Redeemed: ({ account, marketId, yesLots, noLots, payoutMicro }) => ({
    type: "redeemed",
    account,
    marketId: Number(marketId),
    yesLots: yesLots.toString(),
    noLots: noLots.toString(),
    payoutMicro: payoutMicro.toString(),
  }),
} satisfies EventTable;
