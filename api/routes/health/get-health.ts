import { healthReplySchema } from "../../../protocol/wire/health.ts";
import { SERVICE_NAME, SERVICE_VERSION } from "../../config.ts";
import { timestamp } from "../../health/probe.ts";
import { route } from "../../http/route.ts";

export const getHealth = route({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  tag: "health",
  summary: "The api process is alive",
  auth: "none",
  bucket: "probes",
  replies: { 200: healthReplySchema },
  handle: () => ({
    status: 200,
    body: {
      status: "healthy" as const,
      service: `${SERVICE_NAME} API`,
      version: SERVICE_VERSION,
      timestamp: timestamp(),
    },
  }),
});
