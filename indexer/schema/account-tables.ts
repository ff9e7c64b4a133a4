import { index, onchainTable, primaryKey } from "ponder";
import { provenance } from "./provenance.ts";

/** Cash in escrow by account, and what it moved in and out in all. */
export const balances = onchainTable("balances", (t) => ({
  account: t.hex().primaryKey(),
  cashMicro: t.bigint().notNull(),
  depositedMicro: t.bigint().notNull(),
  withdrawnMicro: t.bigint().notNull(),
  updatedBlock: t.int8({ mode: "number" }).notNull(),
}));

/** Shares in escrow by account and market, at average cost. */
export const positions = onchainTable(
  "positions",
  (t) => ({
    account: t.hex().notNull(),
    marketId: t.int8({ mode: "number" }).notNull(),
    slug: t.text().notNull(),
    yesLots: t.bigint().notNull(),
    noLots: t.bigint().notNull(),
    yesCostMicro: t.bigint().notNull(),
    noCostMicro: t.bigint().notNull(),
    realisedPnlMicro: t.bigint().notNull(),
    boughtMicro: t.bigint().notNull(),
    soldMicro: t.bigint().notNull(),
    feesMicro: t.bigint().notNull(),
    volumeMicro: t.bigint().notNull(),
    trades: t.int8({ mode: "number" }).notNull(),
    updatedBlock: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.account, table.marketId] }),
    byMarket: index().on(table.marketId),
  }),
);

/** All that entered, left or changed form outside of trades. */
export const transfers = onchainTable(
  "transfers",
  (t) => ({
    /**
     * deposit, withdrawal, export, import, split, merge, redemption, token_redemption,
     * no_conversion, yes_conversion
     */
    kind: t.text().notNull(),
    account: t.hex().notNull(),
    /** A deposit's payer. */
    payer: t.hex(),
    marketId: t.int8({ mode: "number" }),
    /** Of a conversion: bit i of the set is the market `groupId + i`. */
    groupId: t.int8({ mode: "number" }),
    memberSet: t.bigint(),
    outcome: t.integer(),
    amountMicro: t.bigint(),
    quantityLots: t.bigint(),
    yesLots: t.bigint(),
    noLots: t.bigint(),
    /** The operator's release that a fast exit used. */
    releaseNonce: t.bigint(),
    ...provenance(t),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.blockNumber, table.logIndex] }),
    byAccount: index().on(table.account, table.blockNumber, table.logIndex),
  }),
);

/** Delayed withdrawals: pending, replaced, cancelled or executed. */
export const withdrawalRequests = onchainTable(
  "withdrawal_requests",
  (t) => ({
    account: t.hex().notNull(),
    amountMicro: t.bigint().notNull(),
    executableAt: t.int8({ mode: "number" }).notNull(),
    status: t.text().notNull(),
    closedBlock: t.int8({ mode: "number" }),
    ...provenance(t),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.blockNumber, table.logIndex] }),
    byAccount: index().on(table.account, table.status),
  }),
);

/** Delayed exports of shares: pending, replaced, cancelled or executed. */
export const exportRequests = onchainTable(
  "export_requests",
  (t) => ({
    account: t.hex().notNull(),
    marketId: t.int8({ mode: "number" }).notNull(),
    outcome: t.integer().notNull(),
    quantityLots: t.bigint().notNull(),
    executableAt: t.int8({ mode: "number" }).notNull(),
    status: t.text().notNull(),
    closedBlock: t.int8({ mode: "number" }),
    ...provenance(t),
  }),
  (table) => ({
    pk: primaryKey({ columns: [table.blockNumber, table.logIndex] }),
    byAccount: index().on(table.account, table.status),
  }),
);
