import type { z } from "zod";
import type { databaseHealthSchema } from "../../protocol/wire/health.ts";
import type { Services } from "../services.ts";
import { probe } from "./probe.ts";

export type DatabaseHealth = Omit<z.infer<typeof databaseHealthSchema>, "timestamp">;

/** Whether Postgres answers a query. */
export async function checkDatabase({ pool }: Services): Promise<DatabaseHealth> {
  const answer = await probe(() => pool.query("SELECT 1"));
  return {
    status: answer.ok ? "healthy" : "unhealthy",
    database: answer.ok ? "connected" : "disconnected",
    latency_ms: answer.latencyMs,
  };
}
