import type { Hex } from "viem";
import { z } from "zod";
import { getOrderReplySchema } from "../../../protocol/wire/order.ts";
import { hashSchema } from "../../../protocol/wire/scalar.ts";
import { fillsOfOrder, findOrder } from "../../history/order-history.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const getOrder = route({
  method: "get",
  path: "/v1/orders/:hash",
  operationId: "getOrder",
  tag: "orders",
  summary: "One of the session account's orders with its fills",
  auth: "session",
  scope: "read",
  params: z.strictObject({ hash: hashSchema }),
  replies: { 200: getOrderReplySchema },
  errors: ["order_unknown", "engine_unavailable"],
  async handle({ params, session, services }) {
    const hash = params.hash.toLowerCase() as Hex;
    const order = await findOrder(services.tables, session.account, hash);
    if (!order) throw new ApiProblem("order_unknown", { details: { orderHash: hash } });
    return { status: 200, body: { order, fills: await fillsOfOrder(services.tables, order.hash) } };
  },
});
