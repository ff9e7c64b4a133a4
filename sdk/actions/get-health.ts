import type { z } from "zod";
import {
  cacheHealthSchema,
  chainHealthSchema,
  databaseHealthSchema,
  detailedHealthSchema,
  healthReplySchema,
  readyReplySchema,
} from "../../protocol/wire/health.ts";
import type { Context } from "../context.ts";

const CHECKS = {
  service: ["/health", healthReplySchema],
  database: ["/health/db", databaseHealthSchema],
  cache: ["/health/cache", cacheHealthSchema],
  chain: ["/health/chain", chainHealthSchema],
  detailed: ["/health/detailed", detailedHealthSchema],
  ready: ["/ready", readyReplySchema],
} as const;

export type HealthCheck = keyof typeof CHECKS;
export type Health<Check extends HealthCheck> = z.output<(typeof CHECKS)[Check][1]>;

/** How a part of the exchange is, or all of it (`detailed`); an ill part is an answer, not an error. */
export function getHealth<Check extends HealthCheck = "service">(
  context: Context,
  check: Check = "service" as Check,
): Promise<Health<Check>> {
  const [path, reply] = CHECKS[check];
  return context.http.request({
    method: "GET",
    path,
    reply: reply as unknown as z.ZodType<Health<Check>>,
    repliesToo: [503],
  });
}
