import type { Address } from "viem";
import { userPositionsReplySchema } from "../../../protocol/wire/user.ts";
import { userParamsSchema } from "../../http/path-params.ts";
import { route } from "../../http/route.ts";
import { readPositions } from "../../index-reads/positions.ts";

export const listUserPositions = route({
  method: "get",
  path: "/v1/users/:address/positions",
  operationId: "listUserPositions",
  tag: "users",
  summary: "An account's settled positions, as the chain has them",
  auth: "none",
  params: userParamsSchema,
  replies: { 200: userPositionsReplySchema },
  errors: ["index_unavailable"],
  async handle({ params, services }) {
    const account = params.address.toLowerCase() as Address;
    return { status: 200, body: { positions: await readPositions(services.pool, account) } };
  },
});
