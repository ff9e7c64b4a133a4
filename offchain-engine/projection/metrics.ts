import type { Metrics } from "../../platform/metrics.ts";

/** What the projector counts. */
export type ProjectorMetrics = ReturnType<typeof createProjectorMetrics>;

export function createProjectorMetrics(metrics: Metrics) {
  return {
    behind: metrics.gauge({
      name: "agon_engine_projection_behind_commands",
      help: "Durable commands whose changes are not in the tables yet.",
    }),
    rows: metrics.counter({
      name: "agon_engine_projected_rows_total",
      help: "Rows of orders, fills and markets written.",
    }),
    writeSeconds: metrics.histogram({
      name: "agon_engine_projection_seconds",
      help: "One transaction of the projection.",
    }),
  };
}
