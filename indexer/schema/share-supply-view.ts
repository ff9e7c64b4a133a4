import { onchainView, sql } from "ponder";
import { positions } from "./account-tables.ts";
import { marketRows } from "./market-tables.ts";
import { tokenBalances } from "./token-tables.ts";

const escrowed = (lots: typeof positions.yesLots | typeof positions.noLots) =>
  sql<bigint>`(select coalesce(sum(${lots}), 0) from ${positions} where ${positions.marketId} = ${marketRows.marketId})`;

const inWallets = (outcome: number) =>
  sql<bigint>`(select coalesce(sum(${tokenBalances.quantityLots}), 0) from ${tokenBalances} where ${tokenBalances.marketId} = ${marketRows.marketId} and ${tokenBalances.outcome} = ${outcome})`;

/** Where each market's shares are; what escrow and wallets hold must be what is outstanding. */
export const shareSupply = onchainView("share_supply").as((query) =>
  query
    .select({
      marketId: marketRows.marketId,
      slug: marketRows.slug,
      yesOutstandingLots: marketRows.yesOutstandingLots,
      yesEscrowLots: escrowed(positions.yesLots).as("yes_escrow_lots"),
      yesTokenLots: inWallets(1).as("yes_token_lots"),
      noOutstandingLots: marketRows.noOutstandingLots,
      noEscrowLots: escrowed(positions.noLots).as("no_escrow_lots"),
      noTokenLots: inWallets(0).as("no_token_lots"),
      isBalanced: sql<boolean>`
        ${escrowed(positions.yesLots)} + ${inWallets(1)} = ${marketRows.yesOutstandingLots}
        and ${escrowed(positions.noLots)} + ${inWallets(0)} = ${marketRows.noOutstandingLots}`.as(
        "is_balanced",
      ),
    })
    .from(marketRows),
);
