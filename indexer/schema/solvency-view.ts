import { onchainView, sql } from "ponder";
import { balances } from "./account-tables.ts";
import { exchange } from "./exchange-tables.ts";
import { marketRows } from "./market-tables.ts";

const held = sql`(${exchange.collateralInMicro} - ${exchange.collateralOutMicro})`;
const cash = sql`(select coalesce(sum(${balances.cashMicro}), 0) from ${balances})`;
const fees = sql`(${exchange.feesChargedMicro} - ${exchange.feesCollectedMicro})`;

// Before the payout is final a pair of shares is worth one collateral; after it each share has its own worth. A group
// is worth the NO of all members and, once, what any member has more of YES: so the first counts its YES.
const pairs = sql`(select coalesce(sum(10000 * case
    when ${marketRows.groupId} <> ${marketRows.marketId} then ${marketRows.noOutstandingLots}
    else ${marketRows.yesOutstandingLots} end), 0)
  from ${marketRows} where ${marketRows.payoutYes} is null)`;
const unredeemed = sql`(select coalesce(sum(${marketRows.yesOutstandingLots} * ${marketRows.payoutYes} * 10
    + ${marketRows.noOutstandingLots} * (1000 - ${marketRows.payoutYes}) * 10), 0)
  from ${marketRows} where ${marketRows.payoutYes} is not null)`;
const owed = sql`(${cash} + ${pairs} + ${unredeemed} + ${fees})`;

/** One row: collateral that came in less what went out, against all that is owed; as the contract sums it. */
export const solvency = onchainView("solvency").as((query) =>
  query
    .select({
      collateralInMicro: exchange.collateralInMicro,
      collateralOutMicro: exchange.collateralOutMicro,
      collateralMicro: sql<bigint>`${held}`.as("collateral_micro"),
      cashMicro: sql<bigint>`${cash}`.as("cash_micro"),
      openInterestMicro: sql<bigint>`${pairs}`.as("open_interest_micro"),
      unredeemedMicro: sql<bigint>`${unredeemed}`.as("unredeemed_micro"),
      feesMicro: sql<bigint>`${fees}`.as("fees_micro"),
      differenceMicro: sql<bigint>`${held} - ${owed}`.as("difference_micro"),
      isSolvent: sql<boolean>`${held} = ${owed}`.as("is_solvent"),
    })
    .from(exchange),
);
