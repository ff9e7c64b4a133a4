import type { Hex } from "viem";
import { z } from "zod";
import { cancelOrderReplySchema } from "../../../protocol/wire/order.ts";
import { hashSchema } from "../../../protocol/wire/scalar.ts";
import { route } from "../../http/route.ts";
import { cancelVerdict } from "../../orders/cancel-verdict.ts";
import { ApiProblem } from "../../problem.ts";

export const cancelOrder = route({
  method: "delete",
  path: "/v1/orders/:hash",
  operationId: "cancelOrder",
  tag: "orders",
  summary: "Cancel one of the session account's orders",
  auth: "session",
  scope: "trade",
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
    const cancelled = await cancelVerdict(verdict, session.account, hash, services);
    if (!cancelled.ok) throw new ApiProblem(cancelled.code, { details: cancelled.details });
    return { status: 200, body: { order: cancelled.order } };
  },
});
