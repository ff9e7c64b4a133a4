import { z } from "zod";
import type { BookEvent, TradeEvent } from "../engine/event.ts";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { balanceViewSchema, positionViewSchema } from "./account.ts";
import { exchangeViewSchema } from "./exchange.ts";
import {
  bookLevelSchema,
  candleIntervalSchema,
  candleSchema,
  marketViewSchema,
  tickerSchema,
} from "./market.ts";
import { fillViewSchema, orderViewSchema } from "./order.ts";
import { addressSchema, countSchema, marketIdSchema, timeMsSchema } from "./scalar.ts";
import { requestIdSchema } from "./stream-request.ts";

/**
 * The frames that `/ws` sends, one JSON object to a message; what it takes is in `stream-request.ts`.
 *
 * Streams: `book:<slug>`, `trades:<slug>`, `ticker:<slug>`, `candles:<slug>:<interval>`, `markets`,
 * `exchange`, and `account` after `auth`.
 * Every data frame carries `stream`, `seq` and `prev`: a frame whose `prev` is not the last `seq`
 * that the client has means that something is missing: `resume` from the last `seq`, or `subscribe`
 * again for a snapshot. Book, trades, markets, exchange and account count without holes; a ticker's `seq` is
 * the journal's, so it jumps, and `prev` names the one before it.
 */

const numbered = { stream: z.string(), seq: countSchema, prev: countSchema };
const bookSides = { bids: z.array(bookLevelSchema), asks: z.array(bookLevelSchema) };

/** A snapshot carries the `id` of the request that asked for it. */
const snapshot = { type: z.literal("snapshot"), seq: countSchema, id: requestIdSchema };

export const bookSnapshotSchema = z
  .object({
    ...snapshot,
    stream: z.templateLiteral(["book:", z.string()]),
    marketId: marketIdSchema,
    ...bookSides,
    checksum: countSchema,
  })
  .meta({ id: "WsBookSnapshot", description: "The whole book in YES prices, best first." });

/** The latest trades, oldest first; `seq` is the last one's `tradeSeq`. */
export const tradesSnapshotSchema = z
  .object({
    ...snapshot,
    stream: z.templateLiteral(["trades:", z.string()]),
    trades: z.array(fillViewSchema),
  })
  .meta({
    id: "WsTradesSnapshot",
    description:
      "The latest trades, oldest first, each as settlement has it now; `seq` is the last one's `tradeSeq`.",
  });

export const tickerSnapshotSchema = z
  .object({
    ...snapshot,
    stream: z.templateLiteral(["ticker:", z.string()]),
    ticker: tickerSchema,
  })
  .meta({ id: "WsTickerSnapshot", description: "Best prices and the last trade." });

export const candlesSnapshotSchema = z
  .object({
    ...snapshot,
    stream: z.templateLiteral(["candles:", z.string(), ":", candleIntervalSchema]),
    marketId: marketIdSchema,
    interval: candleIntervalSchema,
    candles: z.array(candleSchema),
  })
  .meta({
    id: "WsCandlesSnapshot",
    description:
      "The candle of the last trade, and the one before it where there were trades, oldest first; `seq` is the last trade's `tradeSeq`. They are of matched trades by the time of the match; GET /v1/markets/:slug/candles has all of settled ones by the time of their block.",
  });

export const marketsSnapshotSchema = z
  .object({
    ...snapshot,
    stream: z.literal("markets"),
    markets: z.array(marketViewSchema),
  })
  .meta({ id: "WsMarketsSnapshot", description: "All markets." });

export const exchangeSnapshotSchema = z
  .object({
    ...snapshot,
    stream: z.literal("exchange"),
    exchange: exchangeViewSchema,
  })
  .meta({ id: "WsExchangeSnapshot", description: "What the exchange takes now." });

export const accountSnapshotSchema = z
  .object({
    ...snapshot,
    stream: z.literal("account"),
    account: addressSchema,
    balance: balanceViewSchema,
    positions: z.array(positionViewSchema),
    openOrders: z.array(orderViewSchema),
    heartbeatDueAtMs: timeMsSchema.nullable(),
  })
  .meta({
    id: "WsAccountSnapshot",
    description:
      "The account as the engine has it: the start for its changes. `heartbeatDueAtMs`: when the dead man's switch goes off; null while it is off.",
  });

/** Where a stream stands; it also comes unasked, when the server lost its place. */
export const snapshotFrameSchema = z.union([
  bookSnapshotSchema,
  tradesSnapshotSchema,
  tickerSnapshotSchema,
  candlesSnapshotSchema,
  marketsSnapshotSchema,
  exchangeSnapshotSchema,
  accountSnapshotSchema,
]);

export type SnapshotFrame = z.infer<typeof snapshotFrameSchema>;

export const bookFrameSchema = z
  .object({
    type: z.literal("book"),
    ...numbered,
    marketId: marketIdSchema,
    ...bookSides,
    checksum: countSchema,
    timeMs: timeMsSchema,
  })
  .meta({
    id: "WsBook",
    description:
      "Changed levels of `book:<slug>`; quantity 0 removes one. `checksum` is of the ten best levels after the change.",
  }) satisfies z.ZodType<BookEvent & { stream: string }>;

export const tradeFrameSchema = z
  .object({
    type: z.literal("trade"),
    ...numbered,
    marketId: marketIdSchema,
    fill: fillViewSchema,
  })
  .meta({
    id: "WsTrade",
    description:
      "One trade of `trades:<slug>`. A public trade is told once, at its match: `fill.status` is `matched`. How it settles is told to its two owners on `account`, and to all by a later snapshot and GET /v1/markets/:slug/trades.",
  }) satisfies z.ZodType<TradeEvent & { stream: string }>;

export const tickerFrameSchema = z
  .object({
    type: z.literal("ticker"),
    ...numbered,
    ticker: tickerSchema,
  })
  .meta({
    id: "WsTicker",
    description: "`ticker:<slug>` changed. Its `seq` jumps; `prev` names the one before.",
  });

export const candleFrameSchema = z
  .object({
    type: z.literal("candle"),
    ...numbered,
    marketId: marketIdSchema,
    interval: candleIntervalSchema,
    candle: candleSchema,
  })
  .meta({
    id: "WsCandle",
    description:
      "A trade made or extended the running candle of `candles:<slug>:<interval>`; `seq` is that trade's `tradeSeq`. One with a later `startTime` closes the one before; a time without trades has no candle.",
  });

export const marketFrameSchema = z
  .object({
    type: z.literal("market"),
    ...numbered,
    market: marketViewSchema,
    timeMs: timeMsSchema,
  })
  .meta({ id: "WsMarket", description: "A market of `markets` appeared or changed its state." });

export const exchangeFrameSchema = z
  .object({
    type: z.literal("exchange"),
    ...numbered,
    exchange: exchangeViewSchema,
    timeMs: timeMsSchema,
  })
  .meta({
    id: "WsExchange",
    description:
      "What the exchange takes has changed: all orders, post-only ones, or none, as after a restart.",
  });

const orderChangeSchema = z
  .object({
    kind: z.literal("order"),
    event: z.enum([
      "placed",
      "amended",
      "matched",
      "cancelled",
      "expired",
      "rejected",
      "corrected",
    ]),
    order: orderViewSchema,
  })
  .meta({
    id: "WsOrderChange",
    description:
      "What happened to an own order, and how it now stands, by its `hash`. `placed` and `amended` may have matched, or ended, in the same moment: its `status` says so. `matched`: it rested, and another took from it. `corrected`: the chain refused a fill of it, or a reorganisation undid such a refusal.",
  });

const fillChangeSchema = z
  .object({
    kind: z.literal("fill"),
    fill: fillViewSchema,
    role: z.enum(["taker", "maker"]),
  })
  .meta({
    id: "WsFillChange",
    description:
      "A fill as it now stands, by its `fillSeq`: told at the match, and again with each step of its settlement.",
  });

const balanceChangeSchema = z
  .object({ kind: z.literal("balance"), balance: balanceViewSchema })
  .meta({ id: "WsBalanceChange", description: "The whole balance as it now stands." });

const positionChangeSchema = z
  .object({ kind: z.literal("position"), position: positionViewSchema })
  .meta({
    id: "WsPositionChange",
    description: "The whole position in one market as it now stands.",
  });

const heartbeatChangeSchema = z.object({ kind: z.literal("heartbeat"), dueAtMs: z.null() }).meta({
  id: "WsHeartbeatChange",
  description:
    "The dead man's switch went off: the open orders were cancelled just before, and the switch is off.",
});

export const accountFrameSchema = z
  .object({
    type: z.literal("account"),
    ...numbered,
    account: addressSchema,
    timeMs: timeMsSchema,
    change: z.discriminatedUnion("kind", [
      orderChangeSchema,
      fillChangeSchema,
      balanceChangeSchema,
      positionChangeSchema,
      heartbeatChangeSchema,
    ]),
  })
  .meta({
    id: "WsAccount",
    description: "One change of the own account; those of one command come together.",
  });

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** First frame of every connection. */
export const welcomeFrameSchema = z
  .object({
    type: z.literal("welcome"),
    timeMs: timeMsSchema,
    heartbeatMs: countSchema,
    maxSubscriptions: countSchema,
  })
  .meta({ id: "WsWelcome", description: "First frame of every connection." });

/** Sent each `heartbeatMs`: the last `seq` of every stream that the connection has. */
export const heartbeatFrameSchema = z
  .object({
    type: z.literal("heartbeat"),
    timeMs: timeMsSchema,
    streams: z.record(z.string(), countSchema),
  })
  .meta({
    id: "WsHeartbeat",
    description:
      "Sent each `heartbeatMs`: the last `seq` of every stream that the connection has. One that is ahead of the client's means that a frame was lost: resume.",
  });

/** The log reached back far enough: the frames after `after` follow, then live ones. */
export const resumedFrameSchema = z
  .object({
    type: z.literal("resumed"),
    stream: z.string(),
    after: countSchema,
    id: requestIdSchema,
  })
  .meta({
    id: "WsResumed",
    description:
      "The log reached back far enough: the frames after `after` follow, then live ones.",
  });

export const unsubscribedFrameSchema = z
  .object({
    type: z.literal("unsubscribed"),
    stream: z.string(),
    id: requestIdSchema,
  })
  .meta({ id: "WsUnsubscribed", description: "The stream is left." });

export const pongFrameSchema = z
  .object({
    type: z.literal("pong"),
    timeMs: timeMsSchema,
    id: requestIdSchema,
  })
  .meta({ id: "WsPong", description: "The reply to `ping`." });

export const authenticatedFrameSchema = z
  .object({
    type: z.literal("authenticated"),
    account: addressSchema,
    expiresAtMs: timeMsSchema.nullable(),
    id: requestIdSchema,
  })
  .meta({
    id: "WsAuthenticated",
    description:
      "The connection is signed in until `expiresAtMs` (null: a key without an expiry) or the end of the session or key: then `account` ends with an `error` of code `session_expired`, `api_key_expired` or `api_key_revoked`.",
  });

/** A refusal. After `stream_too_old` a snapshot of the stream follows by itself. */
export const errorFrameSchema = z
  .object({
    type: z.literal("error"),
    code: z.enum(codes),
    title: z.string(),
    mend: z.string(),
    detail: z.string().optional(),
    stream: z.string().optional(),
    id: requestIdSchema,
  })
  .meta({
    id: "WsError",
    description:
      "A refusal, or the end of the stream that it names. After `stream_too_old` a snapshot of the stream follows by itself; after any other code that names a stream, subscribe again to follow it.",
  });

/** A change: `prev` is the `seq` of the frame before. */
export const dataFrameSchema = z.discriminatedUnion("type", [
  bookFrameSchema,
  tradeFrameSchema,
  tickerFrameSchema,
  candleFrameSchema,
  marketFrameSchema,
  exchangeFrameSchema,
  accountFrameSchema,
]);

export type DataFrame = z.infer<typeof dataFrameSchema>;

export const serverFrameSchema = z
  .union([
    dataFrameSchema,
    snapshotFrameSchema,
    welcomeFrameSchema,
    heartbeatFrameSchema,
    resumedFrameSchema,
    unsubscribedFrameSchema,
    pongFrameSchema,
    authenticatedFrameSchema,
    errorFrameSchema,
  ])
  .meta({ id: "WsServerFrame", description: "What the server sends." });

export type ServerFrame = z.infer<typeof serverFrameSchema>;
