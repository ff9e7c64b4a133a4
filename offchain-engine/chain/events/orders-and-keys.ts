import type { EventTable } from "./table.ts";

/** What accounts say on chain about their orders and about who may sign for them. */
export const orderAndKeyEvents = {
  CancelFloorRaised: ({ account, floor, effectiveAt }) => ({
    type: "cancel_floor_raised",
    account,
    floor: floor.toString(),
    effectiveAt,
  }),
  CancelRequested: ({ account, nonce, effectiveAt }) => ({
    type: "cancel_requested",
    account,
    nonce: nonce.toString(),
    effectiveAt,
  }),
  DelegateAdded: ({ account, delegate }) => ({ type: "delegate_added", account, delegate }),
  DelegateRemoved: ({ account, delegate, effectiveAt }) => ({
    type: "delegate_removed",
    account,
    delegate,
    effectiveAt,
  }),
} satisfies EventTable;
