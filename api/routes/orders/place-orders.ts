import type { z } from "zod";
import type { Failure } from "../../../protocol/errors.ts";
import {
  type PlaceOrdersReply,
  placeOrdersReplySchema,
  placeOrdersRequestSchema,
} from "../../../protocol/wire/order.ts";
import { BATCH_BODY_BYTES_MAX } from "../../config.ts";
import { route } from "../../http/route.ts";
import {
  type AdmittedOrder,
  admitOrder,
  countVerdict,
  explainVerdicts,
  type PlaceVerdict,
  sessionMayPlace,
} from "../../orders/admit-order.ts";
import { recallOrders } from "../../orders/recall-orders.ts";
import { ORDER_REFUSALS } from "../../orders/refusals.ts";
import { problemBody } from "../../problem.ts";
import type { Services } from "../../services.ts";

type Result = z.input<typeof placeOrdersReplySchema>["results"][number];

function toResult(verdict: PlaceVerdict, requestId: string): Result {
  if (!verdict.ok) return { ok: false, problem: problemBody(verdict, requestId) };
  const { order, fills, repeated } = verdict;
  return { ok: true, order, fills, repeated };
}

/** Asks the engine once for all admitted orders; puts its verdicts back in their places. */
async function verdictsOf(
  admitted: readonly (AdmittedOrder | Failure)[],
  services: Services,
): Promise<PlaceVerdict[]> {
  const taken = admitted.filter((order) => order.ok);
  const commands = taken.map(({ command }) => command);
  const decided = commands.length > 0 ? await services.engine.commands(commands) : [];
  const recalled = await recallOrders(commands, decided, services);
  const verdicts = await explainVerdicts(taken, recalled, services);
  let next = 0;
  return admitted.map((order) => {
    if (!order.ok) return order;
    return verdicts[next++] ?? { ok: false, code: "internal" };
  });
}

export const placeOrders = route({
  method: "post",
  path: "/v1/orders/batch",
  operationId: "placeOrders",
  tag: "orders",
  summary: "Place up to 100 signed orders, a verdict each",
  auth: "optional",
  scope: "trade",
  idempotency: "repeatable",
  extraCost: ({ body }) => body.orders.length - 1,
  costNote: "1 for each order",
  bodyBytesMax: BATCH_BODY_BYTES_MAX,
  body: placeOrdersRequestSchema,
  replies: { 200: placeOrdersReplySchema },
  errors: ["engine_unavailable", "engine_timeout", "engine_busy"],
  verdicts: ORDER_REFUSALS,
  // An order that was not decided may be sent again under the same key.
  isFinal: (body) =>
    (body as PlaceOrdersReply).results.every(
      (result) => result.ok || !(result.problem.status >= 500 || result.problem.status === 429),
    ),
  async handle({ body, session, services, requestId }) {
    const makers = [...new Set(body.orders.map(({ order }) => order.maker))];
    const checks = await Promise.all(
      makers.map((maker) => sessionMayPlace(session, maker, services)),
    );
    const barred = new Set(makers.filter((_, i) => !checks[i]));
    const admitted = await Promise.all(
      body.orders.map((request): Promise<AdmittedOrder | Failure> | Failure =>
        barred.has(request.order.maker)
          ? { ok: false, code: "order_maker_mismatch" }
          : admitOrder(request, services),
      ),
    );
    const verdicts = await verdictsOf(admitted, services);
    for (const verdict of verdicts) countVerdict(verdict, services);
    return { status: 200, body: { results: verdicts.map((one) => toResult(one, requestId)) } };
  },
});
