import { databaseHealthSchema } from "../../../protocol/wire/health.ts";
import { checkDatabase } from "../../health/check-database.ts";
import { timestamp } from "../../health/probe.ts";
import { route } from "../../http/route.ts";

export const getDatabaseHealth = route({
  method: "get",
  path: "/health/db",
  operationId: "getDatabaseHealth",
  tag: "health",
  summary: "The database answers",
  auth: "none",
  bucket: "probes",
  replies: { 200: databaseHealthSchema, 503: databaseHealthSchema },
  async handle({ services }) {
    const health = await checkDatabase(services);
    const status = health.status === "unhealthy" ? 503 : 200;
    return { status, body: { ...health, timestamp: timestamp() } };
  },
});
