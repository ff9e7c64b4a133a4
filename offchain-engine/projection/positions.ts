import type { PositionView } from "../../protocol/engine/view.ts";
import { createUpsert } from "./columns.ts";

/** `seq` is the command that last changed the position. */
export type PositionRow = PositionView & { seq: number };

/** `engine.positions`. */
export const positions = createUpsert<PositionRow>(
  "positions",
  ["account", "market_id"],
  [
    { name: "account", type: "text", value: (row) => row.account.toLowerCase() },
    { name: "market_id", type: "bigint", value: (row) => row.marketId },
    { name: "yes_available_lots", type: "bigint", value: (row) => row.yesAvailableLots },
    { name: "yes_locked_lots", type: "bigint", value: (row) => row.yesLockedLots },
    { name: "yes_reserved_lots", type: "bigint", value: (row) => row.yesReservedLots },
    { name: "no_available_lots", type: "bigint", value: (row) => row.noAvailableLots },
    { name: "no_locked_lots", type: "bigint", value: (row) => row.noLockedLots },
    { name: "no_reserved_lots", type: "bigint", value: (row) => row.noReservedLots },
    { name: "yes_cost_micro", type: "bigint", value: (row) => row.yesCostMicro },
    { name: "no_cost_micro", type: "bigint", value: (row) => row.noCostMicro },
    { name: "seq", type: "bigint", value: (row) => row.seq },
  ],
);
