import { z } from "zod";
import { CANDLE_INTERVALS, type CandleInterval } from "../candle.ts";
import type { BookLevel, MarketStatus, MarketView, TradingPhase } from "../engine/view.ts";
import { fillViewSchema } from "./order.ts";
import { pageQuerySchema, pageSchema } from "./page.ts";
import {
  addressSchema,
  countSchema,
  hashSchema,
  lotsStringSchema,
  marketIdSchema,
  microSchema,
  slugSchema,
  timeMsSchema,
  unixSecondsSchema,
} from "./scalar.ts";

const marketStatusSchema = z.enum([
  "open",
  "closed",
  "proposed",
  "resolved",
  "void",
]) satisfies z.ZodType<MarketStatus>;

export const tradingPhaseSchema = z.enum([
  "open",
  "post_only",
  "cancel_only",
]) satisfies z.ZodType<TradingPhase>;

/** A market as the engine knows it; the shape of the `markets` stream. */
export const marketViewSchema = z
  .object({
    marketId: marketIdSchema,
    groupId: marketIdSchema.nullable().meta({
      description: "First market of its group, of whose markets exactly one comes true.",
    }),
    slug: z.string(),
    question: z.string(),
    rules: z.string(),
    category: z.string(),
    resolver: addressSchema,
    closeTime: unixSecondsSchema,
    resolveDeadline: unixSecondsSchema,
    takerFeeBps: countSchema,
    priceStep: countSchema,
    status: marketStatusSchema,
    heldPhase: tradingPhaseSchema.meta({
      description:
        "What an operator lets the market take: everything, post-only orders, or cancels alone. The exchange's own phase may be stricter.",
    }),
    payoutYes: countSchema.nullable().meta({ description: "Thousandths to YES, once known." }),
  })
  .meta({ id: "MarketView" }) satisfies z.ZodType<MarketView>;

/** A market with its touch and the index's figures; `stats` is null while the index is behind. */
export const marketSchema = z
  .object({
    ...marketViewSchema.shape,
    bestBidTicks: countSchema.nullable(),
    bestAskTicks: countSchema.nullable(),
    stats: z
      .object({
        volumeMicro: microSchema,
        openInterestLots: lotsStringSchema,
        lastYesPriceTicks: countSchema.nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Market" });

export type Market = z.infer<typeof marketSchema>;

export const listMarketsQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  status: marketStatusSchema.optional(),
  category: z.string().max(64).optional(),
  search: z.string().trim().min(1).max(64).optional().meta({
    description: "Words that slug, question or category have, all of them, in any letter case.",
  }),
  sort: z.enum(["newest", "closing"]).default("newest").meta({
    description: "`closing`: what closes first comes first, so ask for `status=open` with it.",
  }),
});

export type ListMarketsQuery = z.input<typeof listMarketsQuerySchema>;

export const listMarketsReplySchema = pageSchema(marketSchema).meta({ id: "MarketsPage" });
export const marketReplySchema = z.object({ market: marketSchema }).meta({ id: "MarketReply" });

export type MarketReply = z.infer<typeof marketReplySchema>;

const feedAnswer = z
  .string()
  .regex(/^[1-9][0-9]{0,36}$/)
  .meta({
    description: "In the feed's own unit (8 decimals for ETH / USD): 3000 is 300000000000.",
  });

/** How a market finds its outcome. */
export const resolutionSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("price_at_or_above"),
      symbol: z.string().regex(/^[A-Z0-9]{2,10}$/),
      threshold: feedAnswer,
    }),
    z.strictObject({
      kind: z.literal("price_below"),
      symbol: z.string().regex(/^[A-Z0-9]{2,10}$/),
      threshold: feedAnswer,
    }),
    z.strictObject({
      kind: z.literal("price_within"),
      symbol: z.string().regex(/^[A-Z0-9]{2,10}$/),
      basePrice: feedAnswer,
      bandBps: z.int().min(1).max(10_000),
    }),
    z.strictObject({
      kind: z.literal("optimistic"),
      /** Rules on disputed answers. */
      arbiter: addressSchema,
      /** What proposer and challenger each put up. */
      bondMicro: microSchema,
      /** From the exchange's exit delay to four days. */
      challengeWindowSeconds: z.int().min(1).max(345_600),
      /** Of what binds the arbiter beyond the market's rules. */
      rulesHash: hashSchema.optional(),
    }),
    z.strictObject({
      kind: z.literal("manual"),
      /** The account that proposes and resolves; the server's own when absent. */
      resolver: addressSchema.optional(),
    }),
  ])
  .meta({ id: "Resolution" });

/** Control characters, and those that turn the direction of the text around them. */
const DECEIVING = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/u;
const DECEIVING_WITHIN_LINES = /[^\P{Cc}\n]|[\u202A-\u202E\u2066-\u2069]/u;

/** Text that shows as it is: what a reader sees is all that there is. */
function readableText(min: number, max: number, deceiving = DECEIVING) {
  return z
    .string()
    .trim()
    .min(min)
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !deceiving.test(text),
      "has control characters, bidirectional overrides or half characters",
    );
}

/** Body of `POST /v1/markets` (admin wallets). Times in unix seconds. */
export const createMarketRequestSchema = z
  .strictObject({
    slug: slugSchema,
    question: readableText(8, 300),
    rules: readableText(1, 4000, DECEIVING_WITHIN_LINES).meta({
      description: "May have line feeds; as all text here, no other control characters.",
    }),
    category: readableText(1, 40).default("general"),
    closeTime: unixSecondsSchema,
    /** Past it anyone may void an unresolved market at par. */
    resolveDeadline: unixSecondsSchema,
    takerFeeBps: z.int().min(0).max(10_000).default(0),
    priceStep: z.union([z.literal(1), z.literal(10)]).default(1),
    resolution: resolutionSchema,
  })
  .meta({ id: "CreateMarketRequest" });

export type CreateMarketRequest = z.input<typeof createMarketRequestSchema>;

export const marketTransactionReplySchema = z
  .object({ market: marketSchema, transactionHash: hashSchema })
  .meta({ id: "MarketTransaction" });

export type MarketTransactionReply = z.infer<typeof marketTransactionReplySchema>;

/** Body of `POST /v1/markets/:slug/resolve` (admin wallets). */
export const resolveMarketRequestSchema = z
  .strictObject({
    payoutYes: z.int().min(0).max(1000).optional().meta({
      description: "Thousandths to YES; for manual markets of the server's own resolver only.",
    }),
    roundId: z
      .string()
      .regex(/^[0-9]{1,25}$/)
      .optional()
      .meta({ description: "Price-feed markets: the round to use; found by itself when absent." }),
  })
  .meta({ id: "ResolveMarketRequest" });

export type ResolveMarketRequest = z.input<typeof resolveMarketRequestSchema>;

export const bookLevelSchema = z
  .tuple([countSchema, countSchema])
  .meta({ description: "[YES price in ticks, quantity in lots]" }) as z.ZodType<
  BookLevel,
  BookLevel
>;

export const bookQuerySchema = z.strictObject({
  depth: z.coerce.number().int().min(1).max(999).default(100),
});

/** A book in YES prices, best first. `checksum`: CRC-32 of the top ten levels of the whole book. */
export const bookReplySchema = z
  .object({
    marketId: marketIdSchema,
    slug: z.string(),
    seq: countSchema,
    bids: z.array(bookLevelSchema),
    asks: z.array(bookLevelSchema),
    checksum: countSchema,
    priceStep: countSchema,
    timeMs: timeMsSchema,
  })
  .meta({ id: "Book" });

export type BookReply = z.infer<typeof bookReplySchema>;

/** Matched trades, newest first, numbered as the `trades:<slug>` stream is. */
export const listTradesReplySchema = pageSchema(fillViewSchema).meta({ id: "TradesPage" });

const intervals = Object.keys(CANDLE_INTERVALS) as [CandleInterval, ...CandleInterval[]];

/** The width of a candle. */
export const candleIntervalSchema = z.enum(intervals);

/** Open, high, low and close in YES ticks of the trades from `startTime` on, for one width. */
export const candleSchema = z
  .object({
    startTime: unixSecondsSchema,
    openTicks: countSchema,
    highTicks: countSchema,
    lowTicks: countSchema,
    closeTicks: countSchema,
    volumeLots: lotsStringSchema,
    volumeMicro: microSchema,
    trades: countSchema,
  })
  .meta({ id: "Candle" });

export const candlesQuerySchema = z.strictObject({
  interval: candleIntervalSchema.default("1m"),
  from: z.coerce.number().int().min(0).optional().meta({ description: "Unix seconds, inclusive." }),
  to: z.coerce.number().int().min(0).optional().meta({ description: "Unix seconds, exclusive." }),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

export type CandlesQuery = z.input<typeof candlesQuerySchema>;

/** Candles of settled trades in YES ticks, oldest first. */
export const candlesReplySchema = z
  .object({
    slug: z.string(),
    interval: z.string(),
    candles: z.array(candleSchema),
  })
  .meta({ id: "Candles" });

export type CandlesReply = z.infer<typeof candlesReplySchema>;

/** Best prices and the last trade of one market: the part that the `ticker:<slug>` stream carries. */
export const tickerSchema = z
  .object({
    marketId: marketIdSchema,
    slug: z.string(),
    bestBidTicks: countSchema.nullable(),
    bestBidLots: countSchema.nullable(),
    bestAskTicks: countSchema.nullable(),
    bestAskLots: countSchema.nullable(),
    lastYesPriceTicks: countSchema.nullable(),
    lastQuantityLots: countSchema.nullable(),
    timeMs: timeMsSchema,
  })
  .meta({ id: "Ticker" });

export type Ticker = z.infer<typeof tickerSchema>;

/** The ticker with the figures of the last 24 hours, from matched trades. */
export const tickerReplySchema = z
  .object({
    ...tickerSchema.shape,
    openTicks24h: countSchema.nullable(),
    highTicks24h: countSchema.nullable(),
    lowTicks24h: countSchema.nullable(),
    volumeLots24h: lotsStringSchema,
    volumeMicro24h: microSchema.meta({ description: "Lots at their YES prices." }),
    trades24h: countSchema,
  })
  .meta({ id: "Ticker24h" });

export type TickerReply = z.infer<typeof tickerReplySchema>;

/** Query of `GET /v1/tickers`: some markets by their slugs, or all of a status, newest first. */
export const listTickersQuerySchema = z.strictObject({
  ...pageQuerySchema.shape,
  status: marketStatusSchema.optional(),
  markets: z
    .string()
    .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/)
    .max(500 * 65)
    .optional()
    .meta({ description: "Slugs with commas between them; unknown ones are passed over." }),
});

export type ListTickersQuery = z.input<typeof listTickersQuerySchema>;

export const listTickersReplySchema = pageSchema(tickerReplySchema).meta({ id: "TickersPage" });

/** Largest holders of a market's escrowed shares, as the index has them. */
export const holdersReplySchema = pageSchema(
  z.object({ account: addressSchema, yesLots: lotsStringSchema, noLots: lotsStringSchema }),
).meta({ id: "HoldersPage" });
