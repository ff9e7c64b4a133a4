import type { Metrics } from "../../platform/metrics.ts";

/** What the taker of snapshots counts. */
export type SnapshotMetrics = ReturnType<typeof createSnapshotMetrics>;

export function createSnapshotMetrics(metrics: Metrics) {
  return {
    seq: metrics.gauge({
      name: "agon_engine_snapshot_seq",
      help: "The command after which the last stored snapshot was taken.",
    }),
    bytes: metrics.gauge({
      name: "agon_engine_snapshot_bytes",
      help: "Size of the last snapshot that was taken.",
    }),
    pauseSeconds: metrics.histogram({
      name: "agon_engine_snapshot_pause_seconds",
      help: "How long the engine stood still to take its state down.",
    }),
    writeSeconds: metrics.histogram({
      name: "agon_engine_snapshot_write_seconds",
      help: "How long a snapshot took to be verified and stored, beside the engine.",
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100],
    }),
    failed: metrics.counter({
      name: "agon_engine_snapshots_failed_total",
      help: "Snapshots that could not be verified or stored.",
    }),
  };
}
