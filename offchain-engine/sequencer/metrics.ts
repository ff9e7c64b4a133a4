import type { Metrics } from "../../platform/metrics.ts";

/** What the sequencer counts. */
export type SequencerMetrics = ReturnType<typeof createSequencerMetrics>;

export function createSequencerMetrics(metrics: Metrics) {
  return {
    commands: metrics.counter({
      name: "agon_engine_commands_total",
      help: "Commands made durable.",
    }),
    refused: metrics.counter({
      name: "agon_engine_refused_commands_total",
      help: "Users' commands refused because the queue was full.",
    }),
    fills: metrics.counter({
      name: "agon_engine_fills_total",
      help: "Fills made durable.",
    }),
    matchSeconds: metrics.histogram({
      name: "agon_engine_match_seconds",
      help: "Applying one command: of those gathered at once, the mean.",
      buckets: [
        0.000002, 0.000005, 0.00001, 0.00002, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.01, 0.1,
      ],
    }),
    commitSeconds: metrics.histogram({
      name: "agon_engine_commit_seconds",
      help: "One group's transaction in the journal.",
    }),
    groupCommands: metrics.histogram({
      name: "agon_engine_group_commands",
      help: "Commands in a group.",
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    }),
  };
}
