import type { Address } from "viem";
import { type UserStatsReply, userStatsReplySchema } from "../../protocol/wire/user.ts";
import type { Context } from "../context.ts";

/** An account's league figures; zeros when it has not traded. */
export function getUserStats(context: Context, address: Address): Promise<UserStatsReply> {
  const path = `/v1/users/${address}/stats`;
  return context.http.request({ method: "GET", path, reply: userStatsReplySchema });
}
