import {
  createMarketRequestSchema,
  marketTransactionReplySchema,
} from "../../../protocol/wire/market.ts";
import { route } from "../../http/route.ts";
import { marketReply } from "../../markets/market-reply.ts";
import { ApiProblem } from "../../problem.ts";

/** From the transaction's receipt until the engine has the block. */
const ARRIVAL_TIMEOUT_MS = 20_000;

export const createMarket = route({
  method: "post",
  path: "/v1/markets",
  operationId: "createMarket",
  tag: "markets",
  summary: "Create a market on chain (admin wallets)",
  description: "Replies once the engine takes orders for it.",
  auth: "admin",
  body: createMarketRequestSchema,
  replies: { 201: marketTransactionReplySchema },
  errors: [
    "market_slug_taken",
    "market_office_unavailable",
    "chain_unavailable",
    "engine_unavailable",
    "engine_timeout",
  ],
  async handle({ body, services }) {
    const { marketOffice, mirror, arrivals } = services;
    if (!marketOffice) throw new ApiProblem("market_office_unavailable");
    if (!mirror.ready) throw new ApiProblem("engine_unavailable");
    if (mirror.bySlug(body.slug)) {
      throw new ApiProblem("market_slug_taken", { details: { slug: body.slug } });
    }
    const transactionHash = await marketOffice.create(body);
    const market = await arrivals.when(body.slug, () => true, ARRIVAL_TIMEOUT_MS);
    if (!market) throw new ApiProblem("engine_timeout", { details: { transactionHash } });
    return { status: 201, body: { market: marketReply(market, null), transactionHash } };
  },
});
