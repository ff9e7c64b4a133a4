import { listMarketsQuerySchema, listMarketsReplySchema } from "../../../protocol/wire/market.ts";
import { cutPage } from "../../http/cursor.ts";
import { route } from "../../http/route.ts";
import { readMarketStats } from "../../index-reads/market-stats.ts";
import { marketReply } from "../../markets/market-reply.ts";
import { selectMarkets } from "../../markets/select-markets.ts";

export const listMarkets = route({
  method: "get",
  path: "/v1/markets",
  operationId: "listMarkets",
  tag: "markets",
  summary: "Markets: the newest first, or what closes first",
  description:
    "Texts are as their creator wrote them on chain, which need not be through this api: characters that would deceive a reader show as U+FFFD. Escape them as you would any stranger's.",
  auth: "none",
  hasEtag: true,
  query: listMarketsQuerySchema,
  replies: { 200: listMarketsReplySchema },
  errors: ["cursor_invalid", "engine_unavailable", "database_unavailable"],
  async handle({ query, services }) {
    const { selected, cursorOf } = selectMarkets(services.mirror.markets(), query);
    const ids = selected.map(({ view }) => view.marketId);
    const stats = await readMarketStats(services.pool, ids);
    const body = cutPage(
      selected,
      query.limit,
      (market) => marketReply(market, stats.get(market.view.marketId) ?? null),
      cursorOf,
    );
    return { status: 200, body };
  },
});
