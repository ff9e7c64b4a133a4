import { type DetailedHealth, detailedHealthSchema } from "../../../protocol/wire/health.ts";
import { SERVICE_NAME, SERVICE_VERSION } from "../../config.ts";
import { checkCache } from "../../health/check-cache.ts";
import { checkChain } from "../../health/check-chain.ts";
import { checkConservation } from "../../health/check-conservation.ts";
import { checkDatabase } from "../../health/check-database.ts";
import { checkEngine } from "../../health/check-engine.ts";
import { checkIndex } from "../../health/check-index.ts";
import { type HealthStatus, timestamp } from "../../health/probe.ts";
import { route } from "../../http/route.ts";
import type { Services } from "../../services.ts";

/** Without database or engine nothing works; without the others trading goes on. */
function overall(health: Omit<DetailedHealth, "status">): HealthStatus {
  const { database, engine, cache, chain, index, signatures, conservation } = health;
  if (database.status === "unhealthy" || engine.status === "unhealthy") return "unhealthy";
  if (conservation.ok === false || conservation.engine_agrees === false) return "unhealthy";
  const others = [engine, cache, chain, index, signatures].map(({ status }) => status);
  const agrees = conservation.index_agrees !== false;
  return agrees && others.every((status) => status === "healthy") ? "healthy" : "degraded";
}

/** Without the native package orders are still verified, thirty times slower. */
function signatureHealth({ verifier }: Services): DetailedHealth["signatures"] {
  const status = verifier.status();
  return { status: status.implementation === "native" ? "healthy" : "degraded", ...status };
}

export const getDetailedHealth = route({
  method: "get",
  path: "/health/detailed",
  operationId: "getDetailedHealth",
  tag: "health",
  summary: "Every part, and whether engine, chain and index agree",
  auth: "none",
  cost: 5,
  replies: { 200: detailedHealthSchema, 503: detailedHealthSchema },
  async handle({ services }) {
    const [database, cache, chain, engine] = await Promise.all([
      checkDatabase(services),
      checkCache(services),
      checkChain(services),
      checkEngine(services),
    ]);
    const index = await checkIndex(services, chain.block_number);
    const parts = {
      service: {
        name: `${SERVICE_NAME} API`,
        version: SERVICE_VERSION,
        environment: services.config.NODE_ENV,
      },
      database,
      cache,
      chain,
      engine: engine.health,
      index: index.health,
      signatures: signatureHealth(services),
      conservation: await checkConservation(services, engine.status, index.figures),
      timestamp: timestamp(),
    };
    const status = overall(parts);
    return { status: status === "unhealthy" ? 503 : 200, body: { status, ...parts } };
  },
});
