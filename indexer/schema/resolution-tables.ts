import { onchainTable } from "ponder";
import { provenance } from "./provenance.ts";

/** Markets that resolve by proposed answers: their terms, and how far their answer has come. */
export const resolutions = onchainTable("resolutions", (t) => ({
  /** Of a group of markets, its first. */
  marketId: t.int8({ mode: "number" }).primaryKey(),
  arbiter: t.hex().notNull(),
  bondMicro: t.bigint().notNull(),
  challengeWindowSeconds: t.integer().notNull(),
  rulesHash: t.hex().notNull(),
  /** open, proposed, challenged, finalized, arbitrated, released */
  phase: t.text().notNull(),
  proposer: t.hex(),
  /** One entry for each market, in thousandths to YES. */
  proposedPayoutsYes: t.integer().array(),
  proposedAt: t.int8({ mode: "number" }),
  challengeEndsAt: t.int8({ mode: "number" }),
  proposalEvidenceHash: t.hex(),
  challenger: t.hex(),
  challengedAt: t.int8({ mode: "number" }),
  challengeEvidenceHash: t.hex(),
  /** Who was right: its bond went back to it, with half of the other. */
  winner: t.hex(),
  payoutsYes: t.integer().array(),
  rulingEvidenceHash: t.hex(),
  closedAt: t.int8({ mode: "number" }),
  ...provenance(t),
}));
