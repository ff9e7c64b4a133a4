import { bookQuerySchema, bookReplySchema } from "../../../protocol/wire/market.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";

export const getBook = route({
  method: "get",
  path: "/v1/markets/:slug/book",
  operationId: "getBook",
  tag: "markets",
  summary: "The book in YES prices, best first",
  description:
    "`seq` is where the stream `book:<slug>` stands; `checksum` is the CRC-32 of the ten best levels of either side.",
  auth: "none",
  hasEtag: true,
  params: marketParamsSchema,
  query: bookQuerySchema,
  replies: { 200: bookReplySchema },
  errors: ["market_unknown", "engine_unavailable"],
  handle({ params, query, services }) {
    const { view, book, timeMs } = services.mirror.requireMarket(params.slug);
    return {
      status: 200,
      body: {
        marketId: view.marketId,
        slug: view.slug,
        seq: book.seq,
        bids: book.bids(query.depth),
        asks: book.asks(query.depth),
        checksum: book.checksum,
        priceStep: view.priceStep,
        timeMs,
      },
    };
  },
});
