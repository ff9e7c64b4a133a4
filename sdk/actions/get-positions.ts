import type { PositionView } from "../../protocol/engine/view.ts";
import { positionsReplySchema } from "../../protocol/wire/account.ts";
import type { Context } from "../context.ts";

/** The session account's shares, market by market. */
export async function getPositions(context: Context): Promise<PositionView[]> {
  const reply = await context.http.request({
    method: "GET",
    path: "/v1/account/positions",
    reply: positionsReplySchema,
  });
  return reply.positions;
}
