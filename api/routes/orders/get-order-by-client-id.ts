import { z } from "zod";
import { getOrderReplySchema } from "../../../protocol/wire/order.ts";
import { clientIdSchema } from "../../../protocol/wire/scalar.ts";
import { fillsOfOrder, findOrderByClientId } from "../../history/order-history.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const getOrderByClientId = route({
  method: "get",
  path: "/v1/orders/by-client-id/:id",
  operationId: "getOrderByClientId",
  tag: "orders",
  summary: "The session account's order with a client id of its own",
  auth: "session",
  scope: "read",
  params: z.strictObject({ id: clientIdSchema }),
  replies: { 200: getOrderReplySchema },
  errors: ["order_unknown", "engine_unavailable"],
  async handle({ params, session, services }) {
    const order = await findOrderByClientId(services.tables, session.account, params.id);
    if (!order) throw new ApiProblem("order_unknown", { details: { clientId: params.id } });
    return { status: 200, body: { order, fills: await fillsOfOrder(services.tables, order.hash) } };
  },
});
