import { fillsQuerySchema, listFillsReplySchema } from "../../../protocol/wire/account.ts";
import { listAccountFills } from "../../history/fill-history.ts";
import { route } from "../../http/route.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const listFills = route({
  method: "get",
  path: "/v1/account/fills",
  operationId: "listFills",
  tag: "account",
  summary: "All fills of the session account, the latest first",
  auth: "session",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE,
  query: fillsQuerySchema,
  replies: { 200: listFillsReplySchema },
  errors: ["market_unknown", "cursor_invalid"],
  async handle({ query, session, services }) {
    const { market, limit, cursor } = query;
    const marketId = market ? services.mirror.requireMarket(market).view.marketId : null;
    const filter = { marketId, limit, cursor };
    return { status: 200, body: await listAccountFills(services.tables, session.account, filter) };
  },
});
