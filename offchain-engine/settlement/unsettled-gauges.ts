import type { Metrics } from "../../platform/metrics.ts";
import type { Core } from "../edge/core.ts";

/** Shows what waits for the chain, at each reading: a settlement that stands still observes nothing itself. */
export function showUnsettled(
  core: Pick<Core, "status">,
  metrics: Metrics,
  now: () => number,
): void {
  metrics.gauge({
    name: "agon_engine_unsettled_fills",
    help: "Fills that are matched and not settled.",
    collect: (gauge) => gauge.set(core.status.unsettledFills),
  });
  metrics.gauge({
    name: "agon_engine_oldest_unsettled_seconds",
    help: "Age of the oldest fill that is not settled; 0 without any.",
    collect: (gauge) => {
      const { oldestUnsettledMs } = core.status;
      gauge.set(oldestUnsettledMs === null ? 0 : Math.max(0, now() - oldestUnsettledMs) / 1_000);
    },
  });
}
