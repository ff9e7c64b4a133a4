import { cancelOrdersQuerySchema, cancelOrdersReplySchema } from "../../../protocol/wire/order.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const cancelOrders = route({
  method: "delete",
  path: "/v1/orders",
  operationId: "cancelOrders",
  tag: "orders",
  summary: "Cancel all open orders of the session account, or those of one market",
  auth: "session",
  scope: "trade",
  idempotency: "repeatable",
  bucket: "cancels",
  query: cancelOrdersQuerySchema,
  replies: { 200: cancelOrdersReplySchema },
  errors: ["market_unknown", "engine_unavailable", "engine_timeout", "engine_busy"],
  async handle({ query, session, services }) {
    const scope = query.market
      ? { marketId: services.mirror.requireMarket(query.market).view.marketId }
      : {};
    const [verdict] = await services.engine.commands([
      { kind: "cancel_all", maker: session.account, ...scope },
    ]);
    if (!verdict?.ok)
      throw new ApiProblem(verdict?.code ?? "internal", { details: verdict?.details });
    if (verdict.kind !== "cancel_all") throw new ApiProblem("internal");
    return { status: 200, body: { cancelled: verdict.cancelled } };
  },
});
