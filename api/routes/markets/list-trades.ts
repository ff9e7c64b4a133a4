import { listTradesReplySchema } from "../../../protocol/wire/market.ts";
import { fileQuerySchema } from "../../../protocol/wire/page.ts";
import { downloadFormat } from "../../downloads/download-format.ts";
import {
  DOWNLOAD_COST_NOTE,
  DOWNLOAD_DESCRIPTION,
  downloadList,
} from "../../downloads/download-list.ts";
import { FILL_FILE_COLUMNS, fillFileRow } from "../../downloads/fill-list.ts";
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
  description: `From the match on; \`status\` and \`transactionHash\` tell how far settlement is. ${DOWNLOAD_DESCRIPTION}`,
  auth: "none",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE + DOWNLOAD_COST_NOTE,
  files: ["text/csv", "application/x-ndjson"],
  params: marketParamsSchema,
  query: fileQuerySchema,
  replies: { 200: listTradesReplySchema },
  errors: ["market_unknown", "cursor_invalid", "engine_unavailable", "database_unavailable"],
  async handle({ params, query, services, ctx }) {
    const { limit, cursor } = query;
    const { marketId, slug } = services.mirror.requireMarket(params.slug).view;
    const readPage = (page: { limit: number; cursor?: string }) =>
      listMarketTrades(services.tables, marketId, page);
    const format = downloadFormat(ctx, query.format);
    if (format === null) return { status: 200, body: await readPage({ limit, cursor }) };
    const file = {
      name: `trades-${slug}`,
      columns: FILL_FILE_COLUMNS,
      toRow: fillFileRow,
      readPage,
    };
    return downloadList(file, { ctx, services, format, cursor });
  },
});
