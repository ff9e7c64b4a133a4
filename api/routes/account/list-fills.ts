import { fillsQuerySchema, listFillsReplySchema } from "../../../protocol/wire/account.ts";
import { downloadFormat } from "../../downloads/download-format.ts";
import {
  DOWNLOAD_COST_NOTE,
  DOWNLOAD_DESCRIPTION,
  downloadList,
} from "../../downloads/download-list.ts";
import { FILL_FILE_COLUMNS, fillFileRow } from "../../downloads/fill-list.ts";
import { type AccountFill, listAccountFills } from "../../history/fill-history.ts";
import { route } from "../../http/route.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const listFills = route({
  method: "get",
  path: "/v1/account/fills",
  operationId: "listFills",
  tag: "account",
  summary: "All fills of the session account, the latest first",
  description: DOWNLOAD_DESCRIPTION,
  auth: "session",
  scope: "read",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE + DOWNLOAD_COST_NOTE,
  files: ["text/csv", "application/x-ndjson"],
  query: fillsQuerySchema,
  replies: { 200: listFillsReplySchema },
  errors: ["market_unknown", "cursor_invalid"],
  async handle({ query, session, services, ctx }) {
    const { market, limit, cursor } = query;
    const marketId = market ? services.mirror.requireMarket(market).view.marketId : null;
    const readPage = (page: { limit: number; cursor?: string }) =>
      listAccountFills(services.tables, session.account, { marketId, ...page });
    const format = downloadFormat(ctx, query.format);
    if (format === null) return { status: 200, body: await readPage({ limit, cursor }) };
    const file = {
      name: `fills-${session.account}`,
      columns: ["role", ...FILL_FILE_COLUMNS],
      toRow: ({ role, fill }: AccountFill) => ({ role, ...fillFileRow(fill) }),
      readPage,
    };
    return downloadList(file, { ctx, services, format, cursor });
  },
});
