import type { Metrics } from "../metrics.ts";
import type { Pool } from "./pool.ts";

/** Shows a pool's connections, and who waits for one, whenever the metrics are read. Once to a registry. */
export function watchPool(pool: Pool, metrics: Metrics): void {
  // Engine and api of one process share their pool and their registry.
  if (metrics.registry.getSingleMetric("database_pool_connections")) return;
  metrics.gauge({
    name: "database_pool_connections",
    help: "Connections of this process to PostgreSQL, by what they do.",
    labels: ["state"],
    collect: (gauge) => {
      gauge.set({ state: "idle" }, pool.idleCount);
      gauge.set({ state: "used" }, pool.totalCount - pool.idleCount);
    },
  });
  metrics.gauge({
    name: "database_pool_waiting_requests",
    help: "Queries that wait for a free connection.",
    collect: (gauge) => gauge.set(pool.waitingCount),
  });
}
