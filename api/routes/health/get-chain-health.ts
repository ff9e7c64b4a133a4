import { chainHealthSchema } from "../../../protocol/wire/health.ts";
import { checkChain } from "../../health/check-chain.ts";
import { timestamp } from "../../health/probe.ts";
import { route } from "../../http/route.ts";

export const getChainHealth = route({
  method: "get",
  path: "/health/chain",
  operationId: "getChainHealth",
  tag: "health",
  summary: "The chain answers, and is the right one",
  auth: "none",
  bucket: "probes",
  replies: { 200: chainHealthSchema, 503: chainHealthSchema },
  async handle({ services }) {
    const health = await checkChain(services);
    const status = health.status === "unhealthy" ? 503 : 200;
    return { status, body: { ...health, timestamp: timestamp() } };
  },
});
