import { listTransfersReplySchema } from "../../../protocol/wire/account.ts";
import { pageQuerySchema } from "../../../protocol/wire/page.ts";
import { route } from "../../http/route.ts";
import { readTransfers } from "../../index-reads/transfers.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const listTransfers = route({
  method: "get",
  path: "/v1/account/transfers",
  operationId: "listTransfers",
  tag: "account",
  summary: "What entered and left the session account's escrow, the latest first",
  auth: "session",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE,
  query: pageQuerySchema,
  replies: { 200: listTransfersReplySchema },
  errors: ["cursor_invalid", "index_unavailable"],
  handle: async ({ query, session, services }) => ({
    status: 200,
    body: await readTransfers(services.pool, session.account, query),
  }),
});
