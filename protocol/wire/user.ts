import { z } from "zod";
import { pageQuerySchema, pageSchema } from "./page.ts";
import {
  addressSchema,
  bitSchema,
  countSchema,
  hashSchema,
  lotsStringSchema,
  marketIdSchema,
  microSchema,
  unixSecondsSchema,
} from "./scalar.ts";

/** A settled position of anyone, as the index has it. */
export const indexedPositionSchema = z
  .object({
    account: addressSchema,
    marketId: marketIdSchema,
    slug: z.string(),
    yesLots: lotsStringSchema,
    noLots: lotsStringSchema,
    yesCostMicro: microSchema,
    noCostMicro: microSchema,
    realisedPnlMicro: microSchema,
  })
  .meta({ id: "IndexedPosition" });

export type IndexedPosition = z.infer<typeof indexedPositionSchema>;

export const userPositionsReplySchema = z
  .object({ positions: z.array(indexedPositionSchema) })
  .meta({ id: "UserPositions" });

/** A settled trade, as the index has it. */
export const indexedTradeSchema = z
  .object({
    marketId: marketIdSchema,
    slug: z.string(),
    taker: addressSchema,
    maker: addressSchema,
    matchKind: z.string(),
    takerOutcome: bitSchema,
    takerSide: bitSchema,
    makerOutcome: bitSchema,
    makerSide: bitSchema,
    yesPriceTicks: countSchema,
    quantityLots: countSchema,
    feeMicro: microSchema,
    batchId: countSchema,
    blockNumber: countSchema,
    logIndex: countSchema,
    time: unixSecondsSchema,
    transactionHash: hashSchema,
  })
  .meta({ id: "IndexedTrade" });

export type IndexedTrade = z.infer<typeof indexedTradeSchema>;

export const userTradesReplySchema = pageSchema(indexedTradeSchema).meta({ id: "UserTradesPage" });

export const leaderboardRowSchema = z
  .object({
    rank: z.int().min(1),
    account: addressSchema,
    pnlMicro: microSchema,
    realisedPnlMicro: microSchema,
    unrealisedPnlMicro: microSchema,
    volumeMicro: microSchema,
    roiBps: z.int().nullable(),
    trades: countSchema,
    markets: countSchema,
  })
  .meta({ id: "LeaderboardRow" });

export type LeaderboardRow = z.infer<typeof leaderboardRowSchema>;

export const leaderboardQuerySchema = z.strictObject({
  by: z.enum(["pnl", "roi", "volume"]).default("pnl"),
  window: z.enum(["all"]).default("all"),
  limit: pageQuerySchema.shape.limit,
});

export type LeaderboardQuery = z.input<typeof leaderboardQuerySchema>;

export const leaderboardReplySchema = z
  .object({ by: z.string(), window: z.string(), rows: z.array(leaderboardRowSchema) })
  .meta({ id: "Leaderboard" });

export type LeaderboardReply = z.infer<typeof leaderboardReplySchema>;

/** The account's leaderboard figures; zeros for an account that has not traded. */
export const userStatsReplySchema = z
  .object({ ...leaderboardRowSchema.shape, rank: z.int().min(1).nullable() })
  .meta({ id: "UserStats" });

export type UserStatsReply = z.infer<typeof userStatsReplySchema>;
