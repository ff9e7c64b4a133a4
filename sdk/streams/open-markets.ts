import type { MarketView } from "../../protocol/engine/view.ts";
import { marketFrameSchema, marketsSnapshotSchema } from "../../protocol/wire/stream.ts";
import type { Context } from "../context.ts";
import { type LiveStream, openLiveStream } from "./live-stream.ts";
import type { StreamDefinition } from "./stream-definition.ts";

/** Every market by its slug. */
export interface MarketsState {
  readonly bySlug: ReadonlyMap<string, MarketView>;
}

const marketsDefinition: StreamDefinition<
  MarketsState,
  typeof marketsSnapshotSchema,
  typeof marketFrameSchema
> = {
  stream: "markets",
  needsSession: false,
  snapshotSchema: marketsSnapshotSchema,
  frameSchema: marketFrameSchema,
  begin: ({ markets }) => ({ bySlug: new Map(markets.map((market) => [market.slug, market])) }),
  apply: ({ bySlug }, { market }) => ({ bySlug: new Map(bySlug).set(market.slug, market) }),
};

/** All markets as they appear, close and resolve. */
export function openMarkets(context: Context): LiveStream<MarketsState> {
  return openLiveStream(context.streams, marketsDefinition);
}
