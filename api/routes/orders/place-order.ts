import { placeOrderReplySchema, placeOrderRequestSchema } from "../../../protocol/wire/order.ts";
import { route } from "../../http/route.ts";
import {
  admitOrder,
  countVerdict,
  explainVerdicts,
  notAdmitted,
  type PlaceVerdict,
  sessionMayPlace,
} from "../../orders/admit-order.ts";
import { recallOrders } from "../../orders/recall-orders.ts";
import { ORDER_REFUSALS } from "../../orders/refusals.ts";
import { ApiProblem } from "../../problem.ts";

const UNANSWERED: PlaceVerdict = { ok: false, code: "internal" };

export const placeOrder = route({
  method: "post",
  path: "/v1/orders",
  operationId: "placeOrder",
  tag: "orders",
  summary: "Place a signed order",
  description:
    "The signature authenticates: no session is needed. Durable before the reply. Sending the same signed order again returns its first result with 200 and `repeated`.",
  auth: "optional",
  scope: "trade",
  idempotency: "repeatable",
  body: placeOrderRequestSchema,
  replies: { 201: placeOrderReplySchema, 200: placeOrderReplySchema },
  errors: ORDER_REFUSALS,
  async handle({ body, session, services }) {
    if (!(await sessionMayPlace(session, body.order.maker, services))) {
      throw new ApiProblem("order_maker_mismatch", {
        details: { maker: body.order.maker, account: session?.account },
      });
    }
    const admitted = await admitOrder(body, services);
    if (!admitted.ok) {
      countVerdict(admitted, services);
      throw notAdmitted(admitted);
    }
    const commands = [admitted.command];
    const decided = await services.engine.commands(commands);
    const recalled = await recallOrders(commands, decided, services);
    const [verdict = UNANSWERED] = await explainVerdicts([admitted], recalled, services);
    countVerdict(verdict, services);
    if (!verdict.ok) throw new ApiProblem(verdict.code, { details: verdict.details });
    const { order, fills, repeated } = verdict;
    return { status: repeated ? 200 : 201, body: { order, fills, repeated } };
  },
});
