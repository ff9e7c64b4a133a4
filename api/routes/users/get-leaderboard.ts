import { leaderboardQuerySchema, leaderboardReplySchema } from "../../../protocol/wire/user.ts";
import { route } from "../../http/route.ts";
import { readLeaderboard } from "../../index-reads/leaderboard.ts";

export const getLeaderboard = route({
  method: "get",
  path: "/v1/leaderboard",
  operationId: "getLeaderboard",
  tag: "users",
  summary: "The league, from settled trades",
  auth: "none",
  query: leaderboardQuerySchema,
  replies: { 200: leaderboardReplySchema },
  errors: ["index_unavailable"],
  async handle({ query, services }) {
    const { by, window, limit } = query;
    return {
      status: 200,
      body: { by, window, rows: await readLeaderboard(services.pool, by, limit) },
    };
  },
});
