import { cacheHealthSchema } from "../../../protocol/wire/health.ts";
import { checkCache } from "../../health/check-cache.ts";
import { timestamp } from "../../health/probe.ts";
import { route } from "../../http/route.ts";

export const getCacheHealth = route({
  method: "get",
  path: "/health/cache",
  operationId: "getCacheHealth",
  tag: "health",
  summary: "Redis answers, where one is configured",
  auth: "none",
  bucket: "probes",
  replies: { 200: cacheHealthSchema, 503: cacheHealthSchema },
  async handle({ services }) {
    const health = await checkCache(services);
    const status = health.status === "unhealthy" ? 503 : 200;
    return { status, body: { ...health, timestamp: timestamp() } };
  },
});
