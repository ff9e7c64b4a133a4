import { tickerReplySchema } from "../../../protocol/wire/market.ts";
import { readDayFigures } from "../../history/fill-history.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { tickerOf } from "../../mirror/exchange-mirror.ts";

export const getTicker = route({
  method: "get",
  path: "/v1/markets/:slug/ticker",
  operationId: "getTicker",
  tag: "markets",
  summary: "Best prices, the last trade, and the last 24 hours",
  auth: "none",
  params: marketParamsSchema,
  replies: { 200: tickerReplySchema },
  errors: ["market_unknown", "engine_unavailable", "database_unavailable"],
  async handle({ params, services }) {
    const market = services.mirror.requireMarket(params.slug);
    const day = await readDayFigures(services.tables, market.view.marketId);
    return { status: 200, body: { ...tickerOf(market), ...day } };
  },
});
