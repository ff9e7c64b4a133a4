import type { EventTable } from "./table.ts";

/** Cash in and out of escrow. */
export const escrowEvents = {
  Deposited: ({ account, amountMicro }) => ({
    type: "deposited",
    account,
    amountMicro: amountMicro.toString(),
  }),
  WithdrawalRequested: ({ account, amountMicro, executableAt }) => ({
    type: "withdrawal_requested",
    account,
    amountMicro: amountMicro.toString(),
    executableAt,
  }),
  WithdrawalCancelled: ({ account }) => ({ type: "withdrawal_cancelled", account }),
  Withdrawn: ({ account, amountMicro, releaseNonce }) => ({
    type: "withdrawn",
    account,
    amountMicro: amountMicro.toString(),
    releaseNonce: releaseNonce.toString(),
  }),
} satisfies EventTable;
