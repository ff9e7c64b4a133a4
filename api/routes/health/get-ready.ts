import { readyReplySchema } from "../../../protocol/wire/health.ts";
import { checkDatabase } from "../../health/check-database.ts";
import { checkEngine } from "../../health/check-engine.ts";
import { timestamp } from "../../health/probe.ts";
import { route } from "../../http/route.ts";

export const getReady = route({
  method: "get",
  path: "/ready",
  operationId: "getReady",
  tag: "health",
  summary: "Whether this process can serve: database, engine and its own mirror of the books",
  auth: "none",
  bucket: "probes",
  replies: { 200: readyReplySchema, 503: readyReplySchema },
  async handle({ services }) {
    const [database, engine] = await Promise.all([checkDatabase(services), checkEngine(services)]);
    const checks = {
      database: database.status === "healthy",
      engine: engine.status !== null,
      books: services.mirror.ready,
    };
    const ready = Object.values(checks).every(Boolean);
    return { status: ready ? 200 : 503, body: { ready, checks, timestamp: timestamp() } };
  },
});
