import type { z } from "zod";
import type { CandleInterval } from "../../protocol/candle.ts";
import type { candleSchema } from "../../protocol/wire/market.ts";
import { candleFrameSchema, candlesSnapshotSchema } from "../../protocol/wire/stream.ts";
import type { Context } from "../context.ts";
import { type LiveStream, openLiveStream } from "./live-stream.ts";
import type { StreamDefinition } from "./stream-definition.ts";

/** How many candles the state keeps; older ones are at `getCandles`. */
const KEPT_CANDLES = 500;

/** The candles since the stream began, of matched trades, oldest first; the last one is still running. */
export interface CandlesState {
  readonly candles: readonly z.output<typeof candleSchema>[];
}

/** How the frames of `candles:<slug>:<interval>` become candles. */
export function candlesDefinition(
  slug: string,
  interval: CandleInterval,
): StreamDefinition<CandlesState, typeof candlesSnapshotSchema, typeof candleFrameSchema> {
  return {
    stream: `candles:${slug}:${interval}`,
    needsSession: false,
    snapshotSchema: candlesSnapshotSchema,
    frameSchema: candleFrameSchema,
    begin: ({ candles }) => ({ candles }),
    apply({ candles }, { candle }) {
      const last = candles.at(-1);
      if (last && candle.startTime < last.startTime) return null;
      const closed = last?.startTime === candle.startTime ? candles.slice(0, -1) : candles;
      return { candles: [...closed, candle].slice(-KEPT_CANDLES) };
    },
  };
}

/** A market's candles in YES ticks as its trades are matched. */
export function openCandles(
  context: Context,
  slug: string,
  interval: CandleInterval = "1m",
): LiveStream<CandlesState> {
  return openLiveStream(context.streams, candlesDefinition(slug, interval));
}
