import type { Address } from "viem";
import { type IndexedPosition, userPositionsReplySchema } from "../../protocol/wire/user.ts";
import type { Context } from "../context.ts";

/** Anyone's settled positions, as the index has them. */
export async function getUserPositions(
  context: Context,
  address: Address,
): Promise<IndexedPosition[]> {
  const path = `/v1/users/${address}/positions`;
  const reply = await context.http.request({
    method: "GET",
    path,
    reply: userPositionsReplySchema,
  });
  return reply.positions;
}
