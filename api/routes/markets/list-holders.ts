import { holdersReplySchema } from "../../../protocol/wire/market.ts";
import { pageQuerySchema } from "../../../protocol/wire/page.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { readHolders } from "../../index-reads/positions.ts";

export const listHolders = route({
  method: "get",
  path: "/v1/markets/:slug/holders",
  operationId: "listHolders",
  tag: "markets",
  summary: "Who holds a market's shares in escrow, the largest first",
  auth: "none",
  params: marketParamsSchema,
  query: pageQuerySchema,
  replies: { 200: holdersReplySchema },
  errors: ["market_unknown", "cursor_invalid", "engine_unavailable", "index_unavailable"],
  async handle({ params, query, services }) {
    const { marketId } = services.mirror.requireMarket(params.slug).view;
    return { status: 200, body: await readHolders(services.pool, marketId, query) };
  },
});
