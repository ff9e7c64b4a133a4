import type { Address } from "viem";
import { pageQuerySchema } from "../../../protocol/wire/page.ts";
import { userTradesReplySchema } from "../../../protocol/wire/user.ts";
import { userParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { readTradesOf } from "../../index-reads/trades.ts";
import { PAGE_COST_NOTE, pageCost } from "../../limits/page-cost.ts";

export const listUserTrades = route({
  method: "get",
  path: "/v1/users/:address/trades",
  operationId: "listUserTrades",
  tag: "users",
  summary: "An account's settled trades, the latest first",
  auth: "none",
  extraCost: ({ query }) => pageCost(query.limit),
  costNote: PAGE_COST_NOTE,
  params: userParamsSchema,
  query: pageQuerySchema,
  replies: { 200: userTradesReplySchema },
  errors: ["cursor_invalid", "index_unavailable"],
  async handle({ params, query, services }) {
    const account = params.address.toLowerCase() as Address;
    return { status: 200, body: await readTradesOf(services.pool, account, query) };
  },
});
