import { listTradesReplySchema } from "../../../protocol/wire/market.ts";
import { pageQuerySchema } from "../../../protocol/wire/page.ts";
import { listMarketTrades } from "../../history/fill-history.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const listTrades = route({
  method: "get",
  path: "/v1/markets/:slug/trades",
  operationId: "listTrades",
  tag: "markets",
  summary: "All trades of a market, the latest first",
  description: "From the match on; `status` and `transactionHash` tell how far settlement is.",
  auth: "none",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE,
  params: marketParamsSchema,
  query: pageQuerySchema,
  replies: { 200: listTradesReplySchema },
  errors: ["market_unknown", "cursor_invalid", "engine_unavailable", "database_unavailable"],
  async handle({ params, query, services }) {
    const { marketId } = services.mirror.requireMarket(params.slug).view;
    return { status: 200, body: await listMarketTrades(services.tables, marketId, query) };
  },
});
