import { index, onchainTable, primaryKey } from "ponder";
import { provenance } from "./provenance.ts";

/** A market as its events tell it; the `markets` view adds what depends on the time. */
export const marketRows = onchainTable("market_rows", (t) => ({
  marketId: t.int8({ mode: "number" }).primaryKey(),
  /** The first market of its group; null in none. */
  groupId: t.int8({ mode: "number" }),
  slug: t.text().notNull(),
  question: t.text().notNull(),
  rules: t.text().notNull(),
  category: t.text().notNull(),
  resolver: t.hex().notNull(),
  closeTime: t.int8({ mode: "number" }).notNull(),
  resolveDeadline: t.int8({ mode: "number" }).notNull(),
  takerFeeBps: t.integer().notNull(),
  priceStep: t.integer().notNull(),
  /** open (also after its close), proposed, resolved, void */
  phase: t.text().notNull(),
  proposedPayoutYes: t.integer(),
  payoutYes: t.integer(),
  lastYesPriceTicks: t.integer(),
  /** In escrow and as ERC-1155 together. */
  yesOutstandingLots: t.bigint().notNull(),
  noOutstandingLots: t.bigint().notNull(),
  volumeMicro: t.bigint().notNull(),
  volumeLots: t.bigint().notNull(),
  trades: t.int8({ mode: "number" }).notNull(),
  feesMicro: t.bigint().notNull(),
  createdAt: t.int8({ mode: "number" }).notNull(),
  createdBlock: t.int8({ mode: "number" }).notNull(),
  createdTransactionHash: t.hex().notNull(),
  resolvedAt: t.int8({ mode: "number" }),
  resolvedTransactionHash: t.hex(),
}));

/** Groups of markets of which exactly one comes true: `groupId … groupId + memberCount − 1`. */
export const marketGroups = onchainTable("market_groups", (t) => ({
  groupId: t.int8({ mode: "number" }).primaryKey(),
  memberCount: t.integer().notNull(),
  slug: t.text().notNull(),
  title: t.text().notNull(),
  /** How many more YES than NO each member has outstanding, by conversions; may be negative. */
  excessYesLots: t.bigint().notNull(),
  ...provenance(t),
}));

/** Payouts that a resolver announced, the last of which became final or was overruled. */
export const marketProposals = onchainTable(
  "market_proposals",
  (t) => ({
    marketId: t.int8({ mode: "number" }).notNull(),
    payoutYes: t.integer().notNull(),
    ...provenance(t),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.blockNumber, table.logIndex] }) }),
);

/** What decides the markets that resolve by a price feed, and the round that did. */
export const priceConditions = onchainTable("price_conditions", (t) => ({
  marketId: t.int8({ mode: "number" }).primaryKey(),
  feed: t.hex().notNull(),
  /** at_or_above, within, below */
  kind: t.text().notNull(),
  bandBps: t.integer().notNull(),
  /** In the feed's own unit, as `answer`. */
  price: t.bigint().notNull(),
  roundId: t.bigint(),
  answer: t.bigint(),
  payoutYes: t.integer(),
  ...provenance(t),
}));

/** Open, high, low, close in YES ticks, by market and interval; only intervals with a trade. */
export const candles = onchainTable(
  "candles",
  (t) => ({
    marketId: t.int8({ mode: "number" }).notNull(),
    slug: t.text().notNull(),
    /** 1s, 1m, 5m, 15m, 1h, 4h, 1d, 1w */
    interval: t.text().notNull(),
    startTime: t.int8({ mode: "number" }).notNull(),
    openTicks: t.integer().notNull(),
    highTicks: t.integer().notNull(),
    lowTicks: t.integer().notNull(),
    closeTicks: t.integer().notNull(),
    volumeLots: t.bigint().notNull(),
    volumeMicro: t.bigint().notNull(),
    trades: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({ pk: primaryKey({ columns: [table.marketId, table.interval, table.startTime] }) }),
);

/** One row a settled fill, numbered from 1 in the order of the chain. */
export const trades = onchainTable(
  "trades",
  (t) => ({
    fillId: t.int8({ mode: "number" }).primaryKey(),
    batchId: t.int8({ mode: "number" }).notNull(),
    marketId: t.int8({ mode: "number" }).notNull(),
    slug: t.text().notNull(),
    taker: t.hex().notNull(),
    maker: t.hex().notNull(),
    /** transfer_yes, transfer_no, mint, merge */
    matchKind: t.text().notNull(),
    takerOutcome: t.integer().notNull(),
    takerSide: t.integer().notNull(),
    makerOutcome: t.integer().notNull(),
    makerSide: t.integer().notNull(),
    yesPriceTicks: t.integer().notNull(),
    quantityLots: t.int8({ mode: "number" }).notNull(),
    /** What taker and maker each paid or received, fee aside. */
    takerCostMicro: t.bigint().notNull(),
    makerCostMicro: t.bigint().notNull(),
    /** Face value: what the shares would pay out at most. */
    notionalMicro: t.bigint().notNull(),
    feeMicro: t.bigint().notNull(),
    takerNonce: t.bigint().notNull(),
    makerNonce: t.bigint().notNull(),
    ...provenance(t),
  }),
  (table) => ({
    byMarket: index().on(table.marketId, table.fillId),
    byTaker: index().on(table.taker, table.fillId),
    byMaker: index().on(table.maker, table.fillId),
  }),
);
