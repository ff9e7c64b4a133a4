import type { MarketView } from "../../protocol/engine/view.ts";
import { createUpsert, storable } from "./columns.ts";

/** `seq` is the command that last changed the market. */
export type MarketRow = MarketView & { seq: number };

/** `engine.markets`. */
export const markets = createUpsert<MarketRow>(
  "markets",
  ["market_id"],
  [
    { name: "market_id", type: "bigint", value: (row) => row.marketId },
    { name: "group_id", type: "bigint", value: (row) => row.groupId },
    { name: "slug", type: "text", value: (row) => storable(row.slug), free: true },
    {
      name: "question",
      type: "text",
      value: (row) => storable(row.question),
      free: true,
    },
    { name: "rules", type: "text", value: (row) => storable(row.rules), free: true },
    {
      name: "category",
      type: "text",
      value: (row) => storable(row.category),
      free: true,
    },
    { name: "resolver", type: "text", value: (row) => row.resolver.toLowerCase() },
    { name: "close_time", type: "bigint", value: (row) => row.closeTime },
    { name: "resolve_deadline", type: "bigint", value: (row) => row.resolveDeadline },
    { name: "taker_fee_bps", type: "integer", value: (row) => row.takerFeeBps },
    { name: "price_step", type: "integer", value: (row) => row.priceStep },
    { name: "status", type: "text", value: (row) => row.status },
    { name: "payout_yes", type: "integer", value: (row) => row.payoutYes },
    { name: "seq", type: "bigint", value: (row) => row.seq },
  ],
);
