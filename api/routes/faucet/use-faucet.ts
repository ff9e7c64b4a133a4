import type { Address } from "viem";
import { faucetReplySchema, faucetRequestSchema } from "../../../protocol/wire/faucet.ts";
import { route } from "../../http/route.ts";
import { ApiProblem } from "../../problem.ts";

export const useFaucet = route({
  method: "post",
  path: "/v1/faucet",
  operationId: "useFaucet",
  tag: "faucet",
  summary: "Collateral and a little ether, on development chains",
  description:
    "The amount is capped by `limits.faucetMicro` of GET /v1/exchange. Refused for the zero address, the exchange's own contracts and contracts that take no ether.",
  auth: "none",
  body: faucetRequestSchema,
  replies: { 200: faucetReplySchema },
  errors: ["faucet_unavailable", "amount_invalid", "chain_unavailable"],
  async handle({ body, services }) {
    const { faucet } = services;
    if (!faucet) throw new ApiProblem("faucet_unavailable");
    const address = body.address.toLowerCase() as Address;
    return { status: 200, body: await faucet.give(address, body.amountMicro) };
  },
});
