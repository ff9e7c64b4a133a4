import { type EventTable, outcomeOf } from "./table.ts";

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
  Redeemed: ({ account, marketId, yesLots, noLots, payoutMicro }) => ({
    type: "redeemed",
    account,
    marketId: Number(marketId),
    yesLots: yesLots.toString(),
    noLots: noLots.toString(),
    payoutMicro: payoutMicro.toString(),
  }),
} satisfies EventTable;
