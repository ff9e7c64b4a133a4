import {
  listTransfersReplySchema,
  type Transfer,
  transferSchema,
} from "../../../protocol/wire/account.ts";
import { fileQuerySchema } from "../../../protocol/wire/page.ts";
import { downloadFormat } from "../../downloads/download-format.ts";
import {
  DOWNLOAD_COST_NOTE,
  DOWNLOAD_DESCRIPTION,
  downloadList,
} from "../../downloads/download-list.ts";
import { route } from "../../http/route.ts";
import { readTransfers } from "../../index-reads/transfers.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

const TRANSFER_FILE_COLUMNS = Object.keys(transferSchema.shape);

export const listTransfers = route({
  method: "get",
  path: "/v1/account/transfers",
  operationId: "listTransfers",
  tag: "account",
  summary: "What entered and left the session account's escrow, the latest first",
  description: DOWNLOAD_DESCRIPTION,
  auth: "session",
  scope: "read",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE + DOWNLOAD_COST_NOTE,
  files: ["text/csv", "application/x-ndjson"],
  query: fileQuerySchema,
  replies: { 200: listTransfersReplySchema },
  errors: ["cursor_invalid", "index_unavailable"],
  async handle({ query, session, services, ctx }) {
    const { limit, cursor } = query;
    const readPage = (page: { limit: number; cursor?: string }) =>
      readTransfers(services.pool, session.account, page);
    const format = downloadFormat(ctx, query.format);
    if (format === null) return { status: 200, body: await readPage({ limit, cursor }) };
    const file = {
      name: `transfers-${session.account}`,
      columns: TRANSFER_FILE_COLUMNS,
      toRow: (transfer: Transfer) => ({ ...transfer }),
      readPage,
    };
    return downloadList(file, { ctx, services, format, cursor });
  },
});
