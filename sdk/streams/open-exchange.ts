import type { ExchangeView } from "../../protocol/engine/view.ts";
import { exchangeFrameSchema, exchangeSnapshotSchema } from "../../protocol/wire/stream.ts";
import type { Context } from "../context.ts";
import { type LiveStream, openLiveStream } from "./live-stream.ts";
import type { StreamDefinition } from "./stream-definition.ts";

const exchangeDefinition: StreamDefinition<
  ExchangeView,
  typeof exchangeSnapshotSchema,
  typeof exchangeFrameSchema
> = {
  stream: "exchange",
  needsSession: false,
  snapshotSchema: exchangeSnapshotSchema,
  frameSchema: exchangeFrameSchema,
  begin: ({ exchange }) => exchange,
  apply: (_, { exchange }) => exchange,
};

/** What the exchange takes: all orders, post-only ones, or none, as after a restart. */
export function openExchange(context: Context): LiveStream<ExchangeView> {
  return openLiveStream(context.streams, exchangeDefinition);
}
