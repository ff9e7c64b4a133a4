import { onchainView, sql } from "ponder";
import { balances } from "./account-tables.ts";
import { exchange } from "./exchange-tables.ts";
import { marketRows } from "./market-tables.ts";

const held = sql`(${exchange.collateralInMicro} - ${exchange.collateralOutMicro})`;
const cash = sql`(select coalesce(sum(${balances.cashMicro}), 0) from ${balances})`;
const fees = sql`(${exchange.feesChargedMicro} - ${exchange.feesCollectedMicro})`;

// Before a payout is final a pair of shares is worth one collateral; after it each share has its own worth.
const owedToShares = sql`(select coalesce(sum(
  case when ${marketRows.payoutYes} is null
    then ${marketRows.yesOutstandingLots} * 10000
    else (${marketRows.yesOutstandingLots} * ${marketRows.payoutYes}
      + ${marketRows.noOutstandingLots} * (1000 - ${marketRows.payoutYes})) * 10
  end), 0) from ${marketRows})`;

/** One row: collateral that came in less what went out, against all that is owed. */
export const solvency = onchainView("solvency").as((query) =>
  query
    .select({
      collateralInMicro: exchange.collateralInMicro,
      collateralOutMicro: exchange.collateralOutMicro,
      collateralMicro: sql<bigint>`${held}`.as("collateral_micro"),
      cashMicro: sql<bigint>`${cash}`.as("cash_micro"),
      openInterestMicro: sql<bigint>`${owedToShares}`.as("open_interest_micro"),
      feesMicro: sql<bigint>`${fees}`.as("fees_micro"),
      differenceMicro: sql<bigint>`${held} - ${cash} - ${owedToShares} - ${fees}`.as(
        "difference_micro",
      ),
      isSolvent: sql<boolean>`${held} = ${cash} + ${owedToShares} + ${fees}`.as("is_solvent"),
    })
    .from(exchange),
);
