import { onchainTable, primaryKey } from "ponder";
import { provenance } from "./provenance.ts";

/** The exchange as a whole, one row: roles, the last batch, and what went in and out in all. */
export const exchange = onchainTable("exchange", (t) => ({
  address: t.hex().primaryKey(),
  operator: t.hex(),
  tradingPaused: t.boolean().notNull(),
  lastBatchId: t.int8({ mode: "number" }).notNull(),
  journalSeq: t.int8({ mode: "number" }).notNull(),
  journalHash: t.hex(),
  fillsSettled: t.int8({ mode: "number" }).notNull(),
  fillsSkipped: t.int8({ mode: "number" }).notNull(),
  collateralInMicro: t.bigint().notNull(),
  collateralOutMicro: t.bigint().notNull(),
  feesChargedMicro: t.bigint().notNull(),
  feesCollectedMicro: t.bigint().notNull(),
}));

/** What its keepers did: operator_set, trading_paused, trading_resumed, fees_collected. */
export const exchangeEvents = onchainTable(
  "exchange_events",
  (t) => ({
    kind: t.text().notNull(),
    account: t.hex().notNull(),
    amountMicro: t.bigint(),
    ...provenance(t),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.blockNumber, table.logIndex] }) }),
);

/** One row a settled batch, with the engine's journal that it anchors. */
export const batches = onchainTable("batches", (t) => ({
  batchId: t.int8({ mode: "number" }).primaryKey(),
  journalHash: t.hex().notNull(),
  journalSeq: t.int8({ mode: "number" }).notNull(),
  settled: t.integer().notNull(),
  skipped: t.integer().notNull(),
  ...provenance(t),
}));

/** Fills of a batch that did not hold and moved nothing. */
export const skippedFills = onchainTable(
  "skipped_fills",
  (t) => ({
    batchId: t.int8({ mode: "number" }).notNull(),
    fillIndex: t.integer().notNull(),
    reasonCode: t.integer().notNull(),
    reason: t.text().notNull(),
    ...provenance(t),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.batchId, table.fillIndex] }) }),
);
