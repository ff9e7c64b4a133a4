import {
  marketTransactionReplySchema,
  resolveMarketRequestSchema,
} from "../../../protocol/wire/market.ts";
import { marketParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { isFinalMarket } from "../../markets/final-market.ts";
import { oneMarketReply } from "../../markets/market-reply.ts";
import { ApiProblem } from "../../problem.ts";

const ARRIVAL_TIMEOUT_MS = 20_000;

export const resolveMarket = route({
  method: "post",
  path: "/v1/markets/:slug/resolve",
  operationId: "resolveMarket",
  tag: "markets",
  summary: "Resolve a market past its close and settlement grace (admin wallets)",
  description:
    "A price-feed market: triggers its resolver, as anyone may do on chain. A manual one whose resolver is this server: resolves it with `payoutYes`. Replies once the engine knows.",
  auth: "admin",
  idempotency: "repeatable",
  params: marketParamsSchema,
  body: resolveMarketRequestSchema,
  replies: { 200: marketTransactionReplySchema },
  errors: [
    "market_unknown",
    "market_not_resolvable",
    "market_office_unavailable",
    "chain_unavailable",
    "engine_unavailable",
    "engine_timeout",
  ],
  async handle({ params, body, services }) {
    const { marketOffice, mirror, arrivals } = services;
    if (!marketOffice) throw new ApiProblem("market_office_unavailable");
    const current = mirror.requireMarket(params.slug);
    const { view } = current;
    if (isFinalMarket(current)) {
      throw new ApiProblem("market_not_resolvable", { details: { status: view.status } });
    }
    const transactionHash = await marketOffice.resolve(view, body);
    const market = await arrivals.when(view.slug, isFinalMarket, ARRIVAL_TIMEOUT_MS);
    if (!market) throw new ApiProblem("engine_timeout", { details: { transactionHash } });
    return {
      status: 200,
      body: { market: await oneMarketReply(market, services), transactionHash },
    };
  },
});
