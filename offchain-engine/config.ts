import { z } from "zod";
import { env } from "../platform/config.ts";
import { isDevelopmentChain } from "../protocol/development-chain.ts";

/** The environment of the engine. Times and sizes carry their units in their names. */
export const engineConfigSchema = z.object({
  DATABASE_URL: env.databaseUrl,
  REDIS_URL: env.redisUrl,
  RPC_URL: env.rpcUrl,
  DEPLOYMENT_FILE: env.deploymentFile,
  LOG_LEVEL: env.logLevel,
  OTEL_EXPORTER_OTLP_ENDPOINT: env.otlpEndpoint,
  OTEL_TRACES_SAMPLER_ARG: env.sampleRatio,
  /** Absent: settlement is simulated. */
  OPERATOR_PRIVATE_KEY: env.privateKey.optional(),
  /** What to do while another engine holds the journal: stand by, or refuse to start. */
  ENGINE_STANDBY: z.enum(["wait", "refuse"], { error: "must be wait or refuse" }).default("wait"),
  /** Where /metrics and /health are served; absent: nowhere. */
  ENGINE_HTTP_PORT: env.port.optional(),
  ENGINE_HTTP_HOST: z.string().default("127.0.0.1"),
  ENGINE_MAX_QUEUED: env.integer(1, 1_000_000, 20_000),
  /** Commands by which the tables may be behind the journal before new orders are refused. */
  ENGINE_MAX_PROJECTION_BEHIND: env.integer(1, 10_000_000, 50_000),
  ENGINE_MAX_GROUP: env.integer(1, 10_000, 512),
  /** These three bind a journal from its first command on; later changes have no effect on it. */
  ENGINE_MAX_OPEN_ORDERS: env.integer(1, 1_000_000, 1_000),
  ENGINE_MAX_UNSETTLED_FILLS: env.integer(1, 1_000_000, 10_000),
  /** Whole collateral, a share counted as 1. */
  ENGINE_MAX_UNSETTLED_COLLATERAL: env.integer(1, 4_000_000_000, 100_000_000),
  /**
   * After a restart, from when the chain was caught up with: cancels alone for so long, then post-only
   * orders for so long. Absent: short on a development chain. The first start of an exchange is open at once.
   */
  ENGINE_RESTART_CANCEL_ONLY_MS: z.coerce.number().int().min(0).max(3_600_000).optional(),
  ENGINE_RESTART_POST_ONLY_MS: z.coerce.number().int().min(0).max(3_600_000).optional(),
  /** A snapshot of the state every so many commands, from which a restart goes on; 0: none. */
  ENGINE_SNAPSHOT_EVERY: env.integer(0, 1_000_000_000, 200_000),
  /** Blocks on top of one before it counts; absent: none on a development chain, else 3. */
  CHAIN_CONFIRMATIONS: z.coerce.number().int().min(0).max(1_000).optional(),
  /** How deep a reorganisation may reach and be undone; binds a journal from its first command on. */
  CHAIN_MAX_REORG_BLOCKS: env.integer(1, 10_000, 64),
  CHAIN_POLLING_MS: env.integer(10, 60_000, 100),
  CHAIN_TIMEOUT_MS: env.integer(100, 120_000, 10_000),
  SETTLEMENT_MAX_FILLS: env.integer(1, 1_000, 100),
  SETTLEMENT_MAX_AGE_MS: env.integer(0, 3_600_000, 200),
  SETTLEMENT_MAX_GAS: env.integer(200_000, 16_000_000, 12_000_000),
  SETTLEMENT_MAX_IN_FLIGHT: env.integer(1, 64, 3),
  SETTLEMENT_MAX_OPEN: env.integer(1, 256, 16),
  SETTLEMENT_STUCK_MS: env.integer(100, 3_600_000, 20_000),
  SETTLEMENT_MAX_FEE_GWEI: env.integer(1, 1_000_000, 500),
  RECONCILE_INTERVAL_MS: env.integer(100, 86_400_000, 10_000),
  RECONCILE_SAMPLE: env.integer(1, 10_000, 200),
});

export type EngineConfig = Readonly<z.output<typeof engineConfigSchema>>;

/** How long the phases after a restart last. */
export function restartPhases(
  chainId: number,
  config: EngineConfig,
): { cancelOnlyMs: number; postOnlyMs: number } {
  const isDevelopment = isDevelopmentChain(chainId);
  return {
    cancelOnlyMs: config.ENGINE_RESTART_CANCEL_ONLY_MS ?? (isDevelopment ? 1_000 : 5_000),
    postOnlyMs: config.ENGINE_RESTART_POST_ONLY_MS ?? (isDevelopment ? 2_000 : 15_000),
  };
}

/** Blocks on top of one before it counts: a development chain's are final, and come only when needed. */
export function confirmationsOn(chainId: number, config: EngineConfig): number {
  return config.CHAIN_CONFIRMATIONS ?? (isDevelopmentChain(chainId) ? 0 : 3);
}
