import { marketReplySchema } from "../../../protocol/wire/market.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { oneMarketReply } from "../../markets/market-reply.ts";

export const getMarket = route({
  method: "get",
  path: "/v1/markets/:slug",
  operationId: "getMarket",
  tag: "markets",
  summary: "One market",
  auth: "none",
  hasEtag: true,
  params: marketParamsSchema,
  replies: { 200: marketReplySchema },
  errors: ["market_unknown", "engine_unavailable", "database_unavailable"],
  async handle({ params, services }) {
    const market = services.mirror.requireMarket(params.slug);
    return { status: 200, body: { market: await oneMarketReply(market, services) } };
  },
});
