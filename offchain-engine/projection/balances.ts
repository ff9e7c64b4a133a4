import type { BalanceView } from "../../protocol/engine/view.ts";
import { createUpsert } from "./columns.ts";

/** `seq` is the command that last changed the balance. */
export type BalanceRow = BalanceView & { seq: number };

/** `engine.balances`. */
export const balances = createUpsert<BalanceRow>(
  "balances",
  ["account"],
  [
    { name: "account", type: "text", value: (row) => row.account.toLowerCase() },
    { name: "available_micro", type: "bigint", value: (row) => row.availableMicro },
    { name: "locked_micro", type: "bigint", value: (row) => row.lockedMicro },
    { name: "reserved_micro", type: "bigint", value: (row) => row.reservedMicro },
    { name: "pending_micro", type: "bigint", value: (row) => row.pendingMicro },
    { name: "withdrawable_micro", type: "bigint", value: (row) => row.withdrawableMicro },
    { name: "seq", type: "bigint", value: (row) => row.seq },
  ],
);
