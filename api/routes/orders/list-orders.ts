import { listOrdersQuerySchema, listOrdersReplySchema } from "../../../protocol/wire/order.ts";
import { listOrders as readOrders } from "../../history/order-history.ts";
import { route } from "../../http/route.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const listOrders = route({
  method: "get",
  path: "/v1/orders",
  operationId: "listOrders",
  tag: "orders",
  summary: "The session account's orders, the last accepted first",
  auth: "session",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE,
  query: listOrdersQuerySchema,
  replies: { 200: listOrdersReplySchema },
  errors: ["cursor_invalid", "market_unknown"],
  async handle({ query, session, services }) {
    const { market, status, limit, cursor } = query;
    const marketId = market ? services.mirror.requireMarket(market).view.marketId : null;
    const filter = { state: status, marketId, limit, cursor };
    return { status: 200, body: await readOrders(services.tables, session.account, filter) };
  },
});
