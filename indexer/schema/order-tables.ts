import { onchainTable, primaryKey } from "ponder";
import { provenance } from "./provenance.ts";

/** Every raise of a cancel floor: orders with a lower nonce are void from `effectiveAt` on. */
export const cancelFloors = onchainTable(
  "cancel_floors",
  (t) => ({
    account: t.hex().notNull(),
    floor: t.bigint().notNull(),
    effectiveAt: t.int8({ mode: "number" }).notNull(),
    ...provenance(t),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.blockNumber, table.logIndex] }) }),
);

/** Orders whose cancel was asked for on chain; the last request of each, and when it became final. */
export const cancels = onchainTable(
  "cancels",
  (t) => ({
    account: t.hex().notNull(),
    nonce: t.bigint().notNull(),
    effectiveAt: t.int8({ mode: "number" }).notNull(),
    finalizedBlock: t.int8({ mode: "number" }),
    ...provenance(t),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.account, table.nonce] }) }),
);

/** Keys that may sign for an account; after a removal, until `removedAt`. */
export const delegates = onchainTable(
  "delegates",
  (t) => ({
    account: t.hex().notNull(),
    delegate: t.hex().notNull(),
    addedAt: t.int8({ mode: "number" }).notNull(),
    removedAt: t.int8({ mode: "number" }),
    ...provenance(t),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.account, table.delegate] }) }),
);
