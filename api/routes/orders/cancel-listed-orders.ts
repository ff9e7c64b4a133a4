import type { Hex } from "viem";
import {
  type CancelListedOrdersReply,
  cancelListedOrdersReplySchema,
  cancelListedOrdersRequestSchema,
} from "../../../protocol/wire/order.ts";
import { route } from "../../http/route.ts";
import { cancelVerdict } from "../../orders/cancel-verdict.ts";
import { problemBody } from "../../problem.ts";

export const cancelListedOrders = route({
  method: "post",
  path: "/v1/orders/cancel",
  operationId: "cancelListedOrders",
  tag: "orders",
  summary: "Cancel up to 100 of the session account's orders, a verdict each",
  auth: "session",
  scope: "trade",
  idempotency: "repeatable",
  bucket: "cancels",
  extraCost: ({ body }) => body.hashes.length - 1,
  costNote: "1 for each order",
  body: cancelListedOrdersRequestSchema,
  replies: { 200: cancelListedOrdersReplySchema },
  errors: ["engine_unavailable", "engine_timeout", "engine_busy"],
  verdicts: [
    "order_unknown",
    "order_not_open",
    "engine_unavailable",
    "engine_timeout",
    "engine_busy",
  ],
  // An order whose cancel was not decided may be named again under the same key.
  isFinal: (body) =>
    (body as CancelListedOrdersReply).results.every(
      (result) => result.ok || !(result.problem.status >= 500 || result.problem.status === 429),
    ),
  async handle({ body, session, services, requestId }) {
    const maker = session.account;
    const hashes = body.hashes.map((hash) => hash.toLowerCase() as Hex);
    const verdicts = await services.engine.commands(
      hashes.map((hash) => ({ kind: "cancel", maker, hash })),
    );
    const cancelled = await Promise.all(
      hashes.map((hash, i) => cancelVerdict(verdicts[i], maker, hash, services)),
    );
    const results = cancelled.map((one) =>
      one.ok
        ? ({ ok: true, order: one.order } as const)
        : ({ ok: false, problem: problemBody(one, requestId) } as const),
    );
    return { status: 200, body: { results } };
  },
});
