import type { Log } from "../../platform/log.ts";
import type { Metrics } from "../../platform/metrics.ts";
import type { Core } from "../edge/core.ts";

/**
 * Looks whether the chain refused a fill: the engine took it back, and somebody must find out why. Where a
 * reorganisation undoes the refusal, the fill is on its way again, and no alarm.
 */
export interface SkipAlarm {
  /** To be called after commands were applied. Each new skip is an error in the log, once. */
  look(): void;
}

/** `core` as a replay left it: what was skipped before is counted, and not told again. */
export function createSkipAlarm(parts: {
  core: Pick<Core, "status">;
  log: Log;
  metrics: Metrics;
}): SkipAlarm {
  const { core, log, metrics } = parts;
  const gauge = metrics.gauge({
    name: "agon_engine_skipped_fills",
    help: "Fills of this exchange that the chain refused and the engine took back: each is an alarm, unless undone.",
  });
  let told = core.status.skippedFills.count;
  gauge.set(told);
  return {
    look() {
      const { count, last } = core.status.skippedFills;
      if (count > told) {
        log.error({ skipped: count - told, last }, "the chain refused fills: they were taken back");
      } else if (count < told) {
        log.warn({ undone: told - count }, "blocks that refused fills are gone: they settle again");
      }
      told = count;
      gauge.set(count);
    },
  };
}
