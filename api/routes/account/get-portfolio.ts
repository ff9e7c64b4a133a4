import { portfolioReplySchema } from "../../../protocol/wire/account.ts";
import { portfolioOf } from "../../account/portfolio.ts";
import { route } from "../../http/route.ts";
import { fromIndexOrNull } from "../../index-reads/from-index.ts";
import { readStats } from "../../index-reads/leaderboard.ts";

export const getPortfolio = route({
  method: "get",
  path: "/v1/account/portfolio",
  operationId: "getPortfolio",
  tag: "account",
  summary: "Cash, positions, and what they are worth",
  auth: "session",
  scope: "read",
  replies: { 200: portfolioReplySchema },
  errors: ["engine_unavailable", "engine_timeout"],
  async handle({ session, services }) {
    const account = await services.engine.account(session.account);
    const stats = await fromIndexOrNull(() => readStats(services.pool, session.account));
    const body = portfolioOf(account, services.mirror, stats?.realisedPnlMicro ?? null);
    return { status: 200, body };
  },
});
