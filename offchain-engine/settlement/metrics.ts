import type { Metrics } from "../../platform/metrics.ts";

/** What settlement counts. */
export type SettlementMetrics = ReturnType<typeof createSettlementMetrics>;

export function createSettlementMetrics(metrics: Metrics) {
  return {
    lagSeconds: metrics.histogram({
      name: "agon_settlement_lag_seconds",
      help: "From a batch's oldest fill to its settlement.",
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    }),
    unsettledBatches: metrics.gauge({
      name: "agon_settlement_unsettled_batches",
      help: "Batches prepared and not yet final on the chain.",
    }),
    batchFills: metrics.histogram({
      name: "agon_settlement_batch_fills",
      help: "Fills in a batch.",
      buckets: [1, 2, 5, 10, 20, 50, 100, 200],
    }),
    gasPerFill: metrics.histogram({
      name: "agon_settlement_gas_per_fill",
      help: "Gas used by a mined batch, divided by its fills.",
      buckets: [20_000, 25_000, 30_000, 40_000, 50_000, 75_000, 100_000, 150_000],
    }),
    replacements: metrics.counter({
      name: "agon_settlement_replacements_total",
      help: "Batch transactions sent again with a higher fee.",
    }),
    skippedFills: metrics.counter({
      name: "agon_settlement_skipped_fills_total",
      help: "Fills that did not hold at settlement: each is an alarm.",
    }),
    halted: metrics.gauge({
      name: "agon_settlement_halted",
      help: "1 when settlement has stopped and needs an operator.",
    }),
    rpcErrors: metrics.counter({
      name: "agon_settlement_rpc_errors_total",
      help: "Failed rounds of requests to the chain.",
    }),
  };
}
