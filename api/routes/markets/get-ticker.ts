import { tickerReplySchema } from "../../../protocol/wire/market.ts";
import { QUIET_DAY, readDayFigures } from "../../history/day-figures.ts";
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
  hasEtag: true,
  params: marketParamsSchema,
  replies: { 200: tickerReplySchema },
  errors: ["market_unknown", "engine_unavailable", "database_unavailable"],
  async handle({ params, services }) {
    const market = services.mirror.requireMarket(params.slug);
    const { marketId } = market.view;
    const day = (await readDayFigures(services.tables, [marketId])).get(marketId) ?? QUIET_DAY;
    return { status: 200, body: { ...tickerOf(market), ...day } };
  },
});
