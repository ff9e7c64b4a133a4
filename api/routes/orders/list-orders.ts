import { listOrdersQuerySchema, listOrdersReplySchema } from "../../../protocol/wire/order.ts";
import { downloadFormat } from "../../downloads/download-format.ts";
import {
  DOWNLOAD_COST_NOTE,
  DOWNLOAD_DESCRIPTION,
  downloadList,
} from "../../downloads/download-list.ts";
import { ORDER_FILE_COLUMNS, orderFileRow } from "../../downloads/order-list.ts";
import { listOrders as readOrders } from "../../history/order-history.ts";
import { route } from "../../http/route.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const listOrders = route({
  method: "get",
  path: "/v1/orders",
  operationId: "listOrders",
  tag: "orders",
  summary: "The session account's orders, the last accepted first",
  description: DOWNLOAD_DESCRIPTION,
  auth: "session",
  scope: "read",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE + DOWNLOAD_COST_NOTE,
  files: ["text/csv", "application/x-ndjson"],
  query: listOrdersQuerySchema,
  replies: { 200: listOrdersReplySchema },
  errors: ["cursor_invalid", "market_unknown"],
  async handle({ query, session, services, ctx }) {
    const { market, status, limit, cursor } = query;
    const marketId = market ? services.mirror.requireMarket(market).view.marketId : null;
    const readPage = (page: { limit: number; cursor?: string }) =>
      readOrders(services.tables, session.account, { state: status, marketId, ...page });
    const format = downloadFormat(ctx, query.format);
    if (format === null) return { status: 200, body: await readPage({ limit, cursor }) };
    const file = {
      name: `orders-${session.account}`,
      columns: ORDER_FILE_COLUMNS,
      toRow: orderFileRow,
      readPage,
    };
    return downloadList(file, { ctx, services, format, cursor });
  },
});
