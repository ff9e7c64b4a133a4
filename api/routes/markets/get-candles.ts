import { candlesQuerySchema, candlesReplySchema } from "../../../protocol/wire/market.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { readCandles } from "../../index-reads/candles.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const getCandles = route({
  method: "get",
  path: "/v1/markets/:slug/candles",
  operationId: "getCandles",
  tag: "markets",
  summary: "Candles of settled trades in YES ticks, oldest first",
  description:
    "For ever, of resolved markets too. An interval without a trade has no candle: its price stayed where the last one closed. The latest `limit` of the range are given; for what is before them, ask again with `to` as the first one's `startTime`. Days start at midnight UTC, weeks on Monday.",
  auth: "none",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE,
  params: marketParamsSchema,
  query: candlesQuerySchema,
  replies: { 200: candlesReplySchema },
  errors: ["market_unknown", "engine_unavailable", "index_unavailable"],
  async handle({ params, query, services }) {
    const { marketId, slug } = services.mirror.requireMarket(params.slug).view;
    const candles = await readCandles(services.pool, { marketId, ...query });
    return { status: 200, body: { slug, interval: query.interval, candles } };
  },
});
