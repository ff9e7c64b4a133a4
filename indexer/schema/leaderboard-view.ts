import { eq, onchainView, sql } from "ponder";
import { positions } from "./account-tables.ts";
import { markYesTicksSql } from "./mark-price.ts";
import { marketRows } from "./market-tables.ts";

const realised = sql`sum(${positions.realisedPnlMicro})`;
const unrealised = sql`sum(${positions.yesLots} * ${markYesTicksSql} * 10 - ${positions.yesCostMicro} + ${positions.noLots} * (1000 - ${markYesTicksSql}) * 10 - ${positions.noCostMicro})`;
const pnl = sql`(${realised} + ${unrealised})`;
const bought = sql`sum(${positions.boughtMicro})`;

/** One row an account that ever held a share in escrow: what it won or lost over all markets. */
export const leaderboard = onchainView("leaderboard").as((query) =>
  query
    .select({
      account: positions.account,
      pnlMicro: sql<bigint>`${pnl}`.as("pnl_micro"),
      realisedPnlMicro: sql<bigint>`${realised}`.as("realised_pnl_micro"),
      unrealisedPnlMicro: sql<bigint>`${unrealised}`.as("unrealised_pnl_micro"),
      boughtMicro: sql<bigint>`${bought}`.as("bought_micro"),
      volumeMicro: sql<bigint>`sum(${positions.volumeMicro})`.as("volume_micro"),
      feesMicro: sql<bigint>`sum(${positions.feesMicro})`.as("fees_micro"),
      // div() truncates towards zero and stays an integer.
      roiBps: sql<
        number | null
      >`case when ${bought} = 0 then null else div(${pnl} * 10000, ${bought})::bigint end`.as(
        "roi_bps",
      ),
      trades: sql<number>`sum(${positions.trades})::bigint`.as("trades"),
      markets: sql<number>`count(*)::bigint`.as("markets"),
    })
    .from(positions)
    .innerJoin(marketRows, eq(marketRows.marketId, positions.marketId))
    .groupBy(positions.account),
);
