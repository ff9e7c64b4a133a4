import type { Ticker } from "../../protocol/wire/market.ts";
import { tickerFrameSchema, tickerSnapshotSchema } from "../../protocol/wire/stream.ts";
import type { Context } from "../context.ts";
import { type LiveStream, openLiveStream } from "./live-stream.ts";
import type { StreamDefinition } from "./stream-definition.ts";

function tickerDefinition(
  slug: string,
): StreamDefinition<Ticker, typeof tickerSnapshotSchema, typeof tickerFrameSchema> {
  return {
    stream: `ticker:${slug}`,
    needsSession: false,
    snapshotSchema: tickerSnapshotSchema,
    frameSchema: tickerFrameSchema,
    begin: ({ ticker }) => ticker,
    apply: (_previous, { ticker }) => ticker,
  };
}

/** A market's touch and last trade as they change. */
export function openTicker(context: Context, slug: string): LiveStream<Ticker> {
  return openLiveStream(context.streams, tickerDefinition(slug));
}
