import type { Address } from "viem";
import { userStatsReplySchema } from "../../../protocol/wire/user.ts";
import { userParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { readStats } from "../../index-reads/leaderboard.ts";

export const getUserStats = route({
  method: "get",
  path: "/v1/users/:address/stats",
  operationId: "getUserStats",
  tag: "users",
  summary: "An account's figures in the league; `rank` by PnL",
  auth: "none",
  params: userParamsSchema,
  replies: { 200: userStatsReplySchema },
  errors: ["index_unavailable"],
  async handle({ params, services }) {
    const account = params.address.toLowerCase() as Address;
    return { status: 200, body: await readStats(services.pool, account) };
  },
});
