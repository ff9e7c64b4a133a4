import type { FillView } from "../../protocol/engine/view.ts";
import { tradeFrameSchema, tradesSnapshotSchema } from "../../protocol/wire/stream.ts";
import type { Context } from "../context.ts";
import { type LiveStream, openLiveStream } from "./live-stream.ts";
import type { StreamDefinition } from "./stream-definition.ts";

/** How many trades the state keeps; older ones are at `listTrades`. */
const KEPT_TRADES = 500;

/** The latest matched trades of a market, oldest first. */
export interface TradesState {
  readonly trades: readonly FillView[];
}

function tradesDefinition(
  slug: string,
): StreamDefinition<TradesState, typeof tradesSnapshotSchema, typeof tradeFrameSchema> {
  return {
    stream: `trades:${slug}`,
    needsSession: false,
    snapshotSchema: tradesSnapshotSchema,
    frameSchema: tradeFrameSchema,
    begin: ({ trades }) => ({ trades }),
    apply: ({ trades }, { fill }) => ({ trades: [...trades, fill].slice(-KEPT_TRADES) }),
  };
}

/** A market's trades as they are matched. */
export function openTrades(context: Context, slug: string): LiveStream<TradesState> {
  return openLiveStream(context.streams, tradesDefinition(slug));
}
