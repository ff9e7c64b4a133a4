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
