import { listTickersQuerySchema, listTickersReplySchema } from "../../../protocol/wire/market.ts";
import { QUIET_DAY, readDayFigures } from "../../history/day-figures.ts";
import { cutPage, decodeCursor, encodeCursor } from "../../http/cursor.ts";
import { route } from "../../http/route.ts";
import { tickerOf } from "../../mirror/exchange-mirror.ts";

export const listTickers = route({
  method: "get",
  path: "/v1/tickers",
  operationId: "listTickers",
  tag: "markets",
  summary: "The tickers of many markets at once, the newest market first",
  auth: "none",
  cost: 10,
  query: listTickersQuerySchema,
  replies: { 200: listTickersReplySchema },
  errors: ["cursor_invalid", "engine_unavailable", "database_unavailable"],
  async handle({ query, services }) {
    const after = decodeCursor("tickers", 1, query.cursor)?.[0] ?? null;
    const named = query.markets === undefined ? null : new Set(query.markets.split(","));
    const matching = services.mirror
      .markets()
      .filter(({ view }) => after === null || BigInt(view.marketId) < after)
      .filter(({ view }) => query.status === undefined || view.status === query.status)
      .filter(({ view }) => named === null || named.has(view.slug))
      .slice(0, query.limit + 1);
    const ids = matching.slice(0, query.limit).map(({ view }) => view.marketId);
    const figures = await readDayFigures(services.tables, ids);
    const body = cutPage(
      matching,
      query.limit,
      (market) => ({ ...tickerOf(market), ...(figures.get(market.view.marketId) ?? QUIET_DAY) }),
      ({ view }) => encodeCursor("tickers", [BigInt(view.marketId)]),
    );
    return { status: 200, body };
  },
});
