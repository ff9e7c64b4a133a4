import { exchangeReplySchema } from "../../../protocol/wire/exchange.ts";
import { describeExchange } from "../../exchange/describe-exchange.ts";
import { route } from "../../http/route.ts";

export const getExchange = route({
  method: "get",
  path: "/v1/exchange",
  operationId: "getExchange",
  tag: "exchange",
  summary: "All that a client needs: chain, contracts, signing, units, limits, streams",
  auth: "none",
  replies: { 200: exchangeReplySchema },
  handle: async ({ services }) => ({ status: 200, body: await describeExchange(services) }),
});
