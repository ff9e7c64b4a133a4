import type { Metrics } from "../../platform/metrics.ts";

/** The api's own series. Labels are bounded: routes by their pattern, never by their path. */
export function createApiMetrics(metrics: Metrics) {
  return {
    metrics,
    requests: metrics.counter({
      name: "http_requests_total",
      help: "HTTP requests answered.",
      labels: ["method", "route", "status"],
    }),
    requestSeconds: metrics.histogram({
      name: "http_request_duration_seconds",
      help: "Time from a request's arrival to its reply.",
      labels: ["method", "route", "status"],
    }),
    problems: metrics.counter({
      name: "http_problems_total",
      help: "Error replies by their code.",
      labels: ["code"],
    }),
    orders: metrics.counter({
      name: "orders_total",
      help: "Orders that clients sent, by verdict: accepted, repeated or a code.",
      labels: ["verdict"],
    }),
    recoverSeconds: metrics.histogram({
      name: "order_signature_recovery_seconds",
      help: "Time to hash an order and recover its signer, its wait for a thread included.",
      buckets: [0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.2, 1],
    }),
    recoveryNative: metrics.gauge({
      name: "signature_recovery_native",
      help: "1 when the compiled secp256k1 is in use, 0 when the slow JavaScript one is.",
    }),
    recoveryThreads: metrics.gauge({
      name: "signature_recovery_threads",
      help: "Worker threads that verify orders; 0 when the main thread does.",
    }),
    recoveryQueued: metrics.gauge({
      name: "signature_recovery_queued_orders",
      help: "Orders that wait for a signature thread.",
    }),
    wsClients: metrics.gauge({ name: "ws_clients", help: "Open websocket connections." }),
    wsSubscriptions: metrics.gauge({ name: "ws_subscriptions", help: "Open subscriptions." }),
    wsFrames: metrics.counter({ name: "ws_frames_total", help: "Frames sent to clients." }),
    wsClosed: metrics.counter({
      name: "ws_closed_total",
      help: "Connections that the server closed, by reason.",
      labels: ["reason"],
    }),
    mirrorResyncs: metrics.counter({
      name: "mirror_resyncs_total",
      help: "Snapshots taken again because the feed had a hole.",
    }),
  };
}

export type ApiMetrics = ReturnType<typeof createApiMetrics>;
