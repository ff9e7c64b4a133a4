import {
  type LeaderboardQuery,
  type LeaderboardRow,
  leaderboardReplySchema,
} from "../../protocol/wire/user.ts";
import type { Context } from "../context.ts";

/** The league, best first. */
export async function getLeaderboard(
  context: Context,
  query: LeaderboardQuery = {},
): Promise<LeaderboardRow[]> {
  const reply = await context.http.request({
    method: "GET",
    path: "/v1/leaderboard",
    query: { ...query },
    reply: leaderboardReplySchema,
  });
  return reply.rows;
}
