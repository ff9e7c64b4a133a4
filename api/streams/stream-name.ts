import { CANDLE_INTERVALS, type CandleInterval } from "../../protocol/candle.ts";

/** A stream of one market, taken apart. */
export type MarketStreamName =
  | { kind: "book" | "trades" | "ticker"; slug: string }
  | { kind: "candles"; slug: string; interval: CandleInterval };

function isInterval(text: string): text is CandleInterval {
  return Object.hasOwn(CANDLE_INTERVALS, text);
}

/** Takes a market's stream name apart; null when there is no such kind. */
export function parseMarketStream(stream: string): MarketStreamName | null {
  const [kind, slug = "", interval = "", ...rest] = stream.split(":");
  if (kind === "candles") {
    return rest.length === 0 && isInterval(interval) ? { kind, slug, interval } : null;
  }
  if (kind !== "book" && kind !== "trades" && kind !== "ticker") return null;
  return stream === `${kind}:${slug}` ? { kind, slug } : null;
}
