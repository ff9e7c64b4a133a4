import { z } from "zod";
import { route } from "../../http/route.ts";

export const getMetrics = route({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  tag: "health",
  summary: "Prometheus metrics",
  auth: "none",
  bucket: "probes",
  produces: "text/plain; version=0.0.4; charset=utf-8",
  replies: { 200: z.string() },
  async handle({ services }) {
    const { metrics, verifier } = services;
    const { implementation, threads, queued } = verifier.status();
    metrics.recoveryNative.set(implementation === "native" ? 1 : 0);
    metrics.recoveryThreads.set(threads);
    metrics.recoveryQueued.set(queued);
    const { body } = await metrics.metrics.expose();
    return { status: 200, body };
  },
});
