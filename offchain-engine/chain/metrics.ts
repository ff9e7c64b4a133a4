import type { Metrics } from "../../platform/metrics.ts";

/** What the engine's chain side counts. */
export type ChainMetrics = ReturnType<typeof createChainMetrics>;

export function createChainMetrics(metrics: Metrics) {
  return {
    headBlock: metrics.gauge({
      name: "agon_chain_head_block",
      help: "The last block up to which the engine has taken everything.",
    }),
    reorganisations: metrics.counter({
      name: "agon_chain_reorganisations_total",
      help: "Times that the chain lost blocks which the engine had taken.",
    }),
    rpcErrors: metrics.counter({
      name: "agon_chain_rpc_errors_total",
      help: "Failed rounds of requests to the chain.",
      labels: ["reader"],
    }),
  };
}
