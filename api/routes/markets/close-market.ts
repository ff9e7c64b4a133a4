import { marketReplySchema } from "../../../protocol/wire/market.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { oneMarketReply } from "../../markets/market-reply.ts";
import { ApiProblem } from "../../problem.ts";

/** From the engine's answer until its event is here. */
const ARRIVAL_TIMEOUT_MS = 5_000;

export const closeMarket = route({
  method: "post",
  path: "/v1/markets/:slug/close",
  operationId: "closeMarket",
  tag: "markets",
  summary: "Take no more orders in a market, ahead of its close on chain (admin wallets)",
  description:
    "Holds the market in `cancel_only`, as POST /v1/exchange/hold does, and lets go with `open` there. Resting orders stay until they are cancelled or the market closes on chain, whose time nobody can change. Replies once every reader here sees `heldPhase`.",
  auth: "admin",
  idempotency: "repeatable",
  params: marketParamsSchema,
  replies: { 200: marketReplySchema },
  errors: [
    "market_unknown",
    "market_not_open",
    "engine_unavailable",
    "engine_timeout",
    "engine_busy",
    "database_unavailable",
  ],
  async handle({ params, services }) {
    const { view } = services.mirror.requireMarket(params.slug);
    if (view.status !== "open") {
      throw new ApiProblem("market_not_open", { details: { status: view.status } });
    }
    const { marketId } = view;
    const result = await services.engine.hold({ kind: "hold", phase: "cancel_only", marketId });
    if (!result.ok) throw new ApiProblem(result.code, { details: result.details });
    const market = await services.arrivals.when(
      view.slug,
      (one) => one.view.heldPhase === "cancel_only",
      ARRIVAL_TIMEOUT_MS,
    );
    if (!market) throw new ApiProblem("engine_timeout");
    return { status: 200, body: { market: await oneMarketReply(market, services) } };
  },
});
