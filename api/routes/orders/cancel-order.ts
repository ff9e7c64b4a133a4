import type { Hex } from "viem";
import { z } from "zod";
import { cancelOrderReplySchema } from "../../../protocol/wire/order.ts";
import { hashSchema } from "../../../protocol/wire/scalar.ts";
import { findOrder } from "../../history/order-history.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const cancelOrder = route({
  method: "delete",
  path: "/v1/orders/:hash",
  operationId: "cancelOrder",
  tag: "orders",
  summary: "Cancel one of the session account's orders",
  auth: "session",
  idempotency: "repeatable",
  bucket: "cancels",
  params: z.strictObject({ hash: hashSchema }),
  replies: { 200: cancelOrderReplySchema },
  errors: [
    "order_unknown",
    "order_not_open",
    "engine_unavailable",
    "engine_timeout",
    "engine_busy",
  ],
  async handle({ params, session, services }) {
    const hash = params.hash.toLowerCase() as Hex;
    const [verdict] = await services.engine.commands([
      { kind: "cancel", maker: session.account, hash },
    ]);
    if (verdict?.ok === false && verdict.code === "order_unknown") {
      // One that ended long ago is only in the tables.
      const ended = await findOrder(services.tables, session.account, hash);
      if (ended) throw new ApiProblem("order_not_open", { details: { status: ended.status } });
    }
    if (!verdict?.ok)
      throw new ApiProblem(verdict?.code ?? "internal", { details: verdict?.details });
    if (verdict.kind !== "cancel") throw new ApiProblem("internal");
    return { status: 200, body: { order: verdict.order } };
  },
});
