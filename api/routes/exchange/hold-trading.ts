import { holdReplySchema, holdRequestSchema } from "../../../protocol/wire/hold.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const holdTrading = route({
  method: "post",
  path: "/v1/exchange/hold",
  operationId: "holdTrading",
  tag: "exchange",
  summary: "Hold the exchange, or one market, in a phase (admin wallets)",
  description:
    "Until the next hold of the same, over restarts; cancels, releases and heartbeats always work. Of the exchange's phase and a market's the stricter holds. Replies once the hold is durable; `trading` of GET /v1/exchange and a market's `heldPhase` show it, and the streams `exchange` and `markets` tell it.",
  auth: "admin",
  idempotency: "repeatable",
  body: holdRequestSchema,
  replies: { 200: holdReplySchema },
  errors: ["market_unknown", "engine_unavailable", "engine_timeout", "engine_busy"],
  async handle({ body, services }) {
    const { phase, market = null } = body;
    const { engine, mirror } = services;
    // Without the mirror's word on markets the whole exchange can still be held.
    const marketId = market === null ? undefined : mirror.requireMarket(market).view.marketId;
    const result = await engine.hold({
      kind: "hold",
      phase,
      ...(marketId === undefined ? {} : { marketId }),
    });
    if (!result.ok) throw new ApiProblem(result.code, { details: result.details });
    return { status: 200, body: { phase, market } };
  },
});
