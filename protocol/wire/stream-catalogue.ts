import type { z } from "zod";
import {
  accountFrameSchema,
  accountSnapshotSchema,
  bookFrameSchema,
  bookSnapshotSchema,
  candleFrameSchema,
  candlesSnapshotSchema,
  exchangeFrameSchema,
  exchangeSnapshotSchema,
  marketFrameSchema,
  marketsSnapshotSchema,
  tickerFrameSchema,
  tickerSnapshotSchema,
  tradeFrameSchema,
  tradesSnapshotSchema,
} from "./stream.ts";

/** One kind of stream: its public name, what it tells, and the frames that tell it. */
export interface StreamKind {
  /** As in `subscribe`, with its parameters in angle brackets. */
  name: string;
  description: string;
  /** Only after `auth`. */
  needsSession: boolean;
  snapshot: z.ZodType;
  frame: z.ZodType;
}

/** All kinds of streams, by the first word of their names. */
export const STREAM_KINDS = {
  book: {
    name: "book:<slug>",
    description: "Changed levels of one book; quantity 0 removes a level.",
    needsSession: false,
    snapshot: bookSnapshotSchema,
    frame: bookFrameSchema,
  },
  trades: {
    name: "trades:<slug>",
    description: "Public trades, each told once, at its match.",
    needsSession: false,
    snapshot: tradesSnapshotSchema,
    frame: tradeFrameSchema,
  },
  ticker: {
    name: "ticker:<slug>",
    description: "Best prices and the last trade.",
    needsSession: false,
    snapshot: tickerSnapshotSchema,
    frame: tickerFrameSchema,
  },
  candles: {
    name: "candles:<slug>:<interval>",
    description: "The running candle of matched trades, told with each of them.",
    needsSession: false,
    snapshot: candlesSnapshotSchema,
    frame: candleFrameSchema,
  },
  markets: {
    name: "markets",
    description: "Markets that appear or change their state.",
    needsSession: false,
    snapshot: marketsSnapshotSchema,
    frame: marketFrameSchema,
  },
  exchange: {
    name: "exchange",
    description: "What the exchange takes: all orders, post-only ones, or none.",
    needsSession: false,
    snapshot: exchangeSnapshotSchema,
    frame: exchangeFrameSchema,
  },
  account: {
    name: "account",
    description: "Own orders, fills, balance and positions; after `auth`.",
    needsSession: true,
    snapshot: accountSnapshotSchema,
    frame: accountFrameSchema,
  },
} as const satisfies Record<string, StreamKind>;
