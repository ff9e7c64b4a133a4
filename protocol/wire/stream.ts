import { z } from "zod";
import type { BookEvent, TradeEvent } from "../engine/event.ts";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { balanceViewSchema, positionViewSchema } from "./account.ts";
import { bookLevelSchema, marketViewSchema, tickerSchema } from "./market.ts";
import { fillViewSchema, orderViewSchema } from "./order.ts";
import { addressSchema, countSchema, marketIdSchema, timeMsSchema } from "./scalar.ts";

/**
 * The frames of `/ws`, one JSON object to a message.
 *
 * Streams: `book:<slug>`, `trades:<slug>`, `ticker:<slug>`, `markets`, and `account` after `auth`.
 * Every data frame carries `stream`, `seq` and `prev`: a frame whose `prev` is not the last `seq`
 * that the client has means that something is missing: `resume` from the last `seq`, or `subscribe`
 * again for a snapshot. Book, trades, markets and account count without holes; a ticker's `seq` is
 * the journal's, so it jumps, and `prev` names the one before it.
 */

export const WS_CLOSE_SLOW_CONSUMER = 4408;
export const WS_CLOSE_TOO_MANY_CONNECTIONS = 4429;
export const WS_CLOSE_SERVER_STOPS = 1001;
export const WS_CLOSE_MESSAGE_TOO_LARGE = 1009;

const requestId = z.union([z.string().max(64), z.int()]).optional();
const streamName = z.string().min(1).max(96);

export const clientFrameSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("subscribe"), stream: streamName, id: requestId }),
  z.strictObject({ op: z.literal("unsubscribe"), stream: streamName, id: requestId }),
  /** As `subscribe`, but instead of a snapshot the frames with `seq > after`. */
  z.strictObject({
    op: z.literal("resume"),
    stream: streamName,
    after: countSchema,
    id: requestId,
  }),
  z.strictObject({ op: z.literal("ping"), id: requestId }),
  /** `token` as given by `POST /v1/auth/login`. */
  z.strictObject({ op: z.literal("auth"), token: z.string().min(1).max(256), id: requestId }),
]);

export type ClientFrame = z.infer<typeof clientFrameSchema>;

const numbered = { stream: z.string(), seq: countSchema, prev: countSchema };
const bookSides = { bids: z.array(bookLevelSchema), asks: z.array(bookLevelSchema) };

/** A snapshot carries the `id` of the request that asked for it. */
const snapshot = { type: z.literal("snapshot"), seq: countSchema, id: requestId };

export const bookSnapshotSchema = z.object({
  ...snapshot,
  stream: z.templateLiteral(["book:", z.string()]),
  marketId: marketIdSchema,
  ...bookSides,
  checksum: countSchema,
});

/** The latest trades, oldest first; `seq` is the last one's `tradeSeq`. */
export const tradesSnapshotSchema = z.object({
  ...snapshot,
  stream: z.templateLiteral(["trades:", z.string()]),
  trades: z.array(fillViewSchema),
});

export const tickerSnapshotSchema = z.object({
  ...snapshot,
  stream: z.templateLiteral(["ticker:", z.string()]),
  ticker: tickerSchema,
});

export const marketsSnapshotSchema = z.object({
  ...snapshot,
  stream: z.literal("markets"),
  markets: z.array(marketViewSchema),
});

export const accountSnapshotSchema = z.object({
  ...snapshot,
  stream: z.literal("account"),
  account: addressSchema,
  balance: balanceViewSchema,
  positions: z.array(positionViewSchema),
  openOrders: z.array(orderViewSchema),
});

export const snapshotFrameSchema = z.union([
  bookSnapshotSchema,
  tradesSnapshotSchema,
  tickerSnapshotSchema,
  marketsSnapshotSchema,
  accountSnapshotSchema,
]);

export type SnapshotFrame = z.infer<typeof snapshotFrameSchema>;

export const bookFrameSchema = z.object({
  type: z.literal("book"),
  ...numbered,
  marketId: marketIdSchema,
  ...bookSides,
  checksum: countSchema,
  timeMs: timeMsSchema,
}) satisfies z.ZodType<BookEvent & { stream: string }>;

export const tradeFrameSchema = z.object({
  type: z.literal("trade"),
  ...numbered,
  marketId: marketIdSchema,
  fill: fillViewSchema,
}) satisfies z.ZodType<TradeEvent & { stream: string }>;

export const tickerFrameSchema = z.object({
  type: z.literal("ticker"),
  ...numbered,
  ticker: tickerSchema,
});

export const marketFrameSchema = z.object({
  type: z.literal("market"),
  ...numbered,
  market: marketViewSchema,
  timeMs: timeMsSchema,
});

export const accountFrameSchema = z.object({
  type: z.literal("account"),
  ...numbered,
  account: addressSchema,
  timeMs: timeMsSchema,
  change: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("order"), order: orderViewSchema }),
    z.object({
      kind: z.literal("fill"),
      fill: fillViewSchema,
      role: z.enum(["taker", "maker"]),
    }),
    z.object({ kind: z.literal("balance"), balance: balanceViewSchema }),
    z.object({ kind: z.literal("position"), position: positionViewSchema }),
  ]),
});

const codes = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

/** First frame of every connection. */
export const welcomeFrameSchema = z.object({
  type: z.literal("welcome"),
  timeMs: timeMsSchema,
  heartbeatMs: countSchema,
  maxSubscriptions: countSchema,
});

/** Sent each `heartbeatMs`: the last `seq` of every stream that the connection has. */
export const heartbeatFrameSchema = z.object({
  type: z.literal("heartbeat"),
  timeMs: timeMsSchema,
  streams: z.record(z.string(), countSchema),
});

/** The log reached back far enough: the frames after `after` follow, then live ones. */
export const resumedFrameSchema = z.object({
  type: z.literal("resumed"),
  stream: z.string(),
  after: countSchema,
  id: requestId,
});

export const unsubscribedFrameSchema = z.object({
  type: z.literal("unsubscribed"),
  stream: z.string(),
  id: requestId,
});

export const pongFrameSchema = z.object({
  type: z.literal("pong"),
  timeMs: timeMsSchema,
  id: requestId,
});

export const authenticatedFrameSchema = z.object({
  type: z.literal("authenticated"),
  account: addressSchema,
  expiresAtMs: timeMsSchema,
  id: requestId,
});

/** A refusal. After `stream_too_old` a snapshot of the stream follows by itself. */
export const errorFrameSchema = z.object({
  type: z.literal("error"),
  code: z.enum(codes),
  title: z.string(),
  mend: z.string(),
  detail: z.string().optional(),
  stream: z.string().optional(),
  id: requestId,
});

export const dataFrameSchema = z.discriminatedUnion("type", [
  bookFrameSchema,
  tradeFrameSchema,
  tickerFrameSchema,
  marketFrameSchema,
  accountFrameSchema,
]);

export type DataFrame = z.infer<typeof dataFrameSchema>;

export const serverFrameSchema = z.union([
  dataFrameSchema,
  snapshotFrameSchema,
  welcomeFrameSchema,
  heartbeatFrameSchema,
  resumedFrameSchema,
  unsubscribedFrameSchema,
  pongFrameSchema,
  authenticatedFrameSchema,
  errorFrameSchema,
]);

export type ServerFrame = z.infer<typeof serverFrameSchema>;
