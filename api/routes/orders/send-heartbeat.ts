import { heartbeatReplySchema, heartbeatRequestSchema } from "../../../protocol/wire/heartbeat.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const sendHeartbeat = route({
  method: "post",
  path: "/v1/heartbeat",
  operationId: "sendHeartbeat",
  tag: "orders",
  summary: "The dead man's switch: cancel all open orders unless another heartbeat comes in time",
  description:
    "Of the whole account, whichever session sends it. When `timeoutMs` pass without another, every open order of the account is cancelled with the reason `heartbeat`, the `account` stream tells, and the switch is off until the next heartbeat. After a restart of the engine the time-out counts anew.",
  auth: "session",
  scope: "trade",
  idempotency: "none",
  bucket: "cancels",
  body: heartbeatRequestSchema,
  replies: { 200: heartbeatReplySchema },
  errors: ["engine_unavailable", "engine_timeout", "engine_busy"],
  async handle({ body, session, services }) {
    const { timeoutMs } = body;
    const [verdict] = await services.engine.commands([
      { kind: "heartbeat", maker: session.account, timeoutMs },
    ]);
    if (!verdict?.ok)
      throw new ApiProblem(verdict?.code ?? "internal", { details: verdict?.details });
    if (verdict.kind !== "heartbeat") throw new ApiProblem("internal");
    return { status: 200, body: { dueAtMs: verdict.dueAtMs } };
  },
});
