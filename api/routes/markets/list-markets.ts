import { listMarketsQuerySchema, listMarketsReplySchema } from "../../../protocol/wire/market.ts";
import { cutPage, decodeCursor, encodeCursor } from "../../http/cursor.ts";
import { route } from "../../http/route.ts";
import { readMarketStats } from "../../index-reads/market-stats.ts";
import { marketReply } from "../../markets/market-reply.ts";

export const listMarkets = route({
  method: "get",
  path: "/v1/markets",
  operationId: "listMarkets",
  tag: "markets",
  summary: "Markets, the newest first",
  auth: "none",
  hasEtag: true,
  query: listMarketsQuerySchema,
  replies: { 200: listMarketsReplySchema },
  errors: ["cursor_invalid", "engine_unavailable", "database_unavailable"],
  async handle({ query, services }) {
    const after = decodeCursor("markets", 1, query.cursor)?.[0] ?? null;
    const matching = services.mirror
      .markets()
      .filter(({ view }) => after === null || BigInt(view.marketId) < after)
      .filter(({ view }) => query.status === undefined || view.status === query.status)
      .filter(({ view }) => query.category === undefined || view.category === query.category)
      .slice(0, query.limit + 1);
    const ids = matching.map(({ view }) => view.marketId);
    const stats = await readMarketStats(services.pool, ids);
    const body = cutPage(
      matching,
      query.limit,
      (market) => marketReply(market, stats.get(market.view.marketId) ?? null),
      ({ view }) => encodeCursor("markets", [BigInt(view.marketId)]),
    );
    return { status: 200, body };
  },
});
