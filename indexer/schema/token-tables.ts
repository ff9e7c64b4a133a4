import { index, onchainTable, primaryKey } from "ponder";
import { provenance } from "./provenance.ts";

/** Every movement of ERC-1155 outcome tokens, mints and burns (from or to the zero address) included. */
export const tokenTransfers = onchainTable(
  "token_transfers",
  (t) => ({
    /** Place within a batch transfer, 0 otherwise. */
    batchIndex: t.integer().notNull(),
    operator: t.hex().notNull(),
    fromAccount: t.hex().notNull(),
    toAccount: t.hex().notNull(),
    tokenId: t.bigint().notNull(),
    marketId: t.int8({ mode: "number" }).notNull(),
    outcome: t.integer().notNull(),
    quantityLots: t.bigint().notNull(),
    ...provenance(t),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.blockNumber, table.logIndex, table.batchIndex] }),
    byFrom: index().on(table.fromAccount),
    byTo: index().on(table.toAccount),
  }),
);

/** Outcome tokens in wallets. */
export const tokenBalances = onchainTable(
  "token_balances",
  (t) => ({
    account: t.hex().notNull(),
    marketId: t.int8({ mode: "number" }).notNull(),
    outcome: t.integer().notNull(),
    tokenId: t.bigint().notNull(),
    quantityLots: t.bigint().notNull(),
    updatedBlock: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.account, table.marketId, table.outcome] }),
    byMarket: index().on(table.marketId),
  }),
);

/** Who may move an account's outcome tokens. */
export const tokenApprovals = onchainTable(
  "token_approvals",
  (t) => ({
    account: t.hex().notNull(),
    operator: t.hex().notNull(),
    approved: t.boolean().notNull(),
    ...provenance(t),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.account, table.operator] }) }),
);
