import { z } from "zod";
import { tradingPhaseSchema } from "./market.ts";
import { countSchema } from "./scalar.ts";

const healthStatusSchema = z.enum(["healthy", "degraded", "unhealthy"]);
const latency = z
  .number()
  .nullable()
  .meta({ description: "Milliseconds; null when there was no answer." });

export const healthReplySchema = z
  .object({
    status: healthStatusSchema,
    service: z.string(),
    version: z.string(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "Health" });

export const databaseHealthSchema = z
  .object({
    status: healthStatusSchema,
    database: z.enum(["connected", "disconnected"]),
    latency_ms: latency,
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "DatabaseHealth" });

/** The cache and queue server (Redis). `in_process`: none is configured, and none is needed. */
export const cacheHealthSchema = z
  .object({
    status: healthStatusSchema,
    mode: z.enum(["redis", "in_process"]),
    connected: z.boolean(),
    latency_ms: latency,
    used_memory_mb: z.number().nullable(),
    connected_clients: countSchema.nullable(),
    uptime_seconds: countSchema.nullable(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "CacheHealth" });

export const chainHealthSchema = z
  .object({
    status: healthStatusSchema,
    connected: z.boolean(),
    latency_ms: latency,
    chain_id: countSchema.nullable(),
    block_number: countSchema.nullable(),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "ChainHealth" });

/** Everything at once, and whether engine, chain and index agree. */
export const detailedHealthSchema = z
  .object({
    status: healthStatusSchema,
    service: z.object({ name: z.string(), version: z.string(), environment: z.string() }),
    database: databaseHealthSchema.omit({ timestamp: true }),
    cache: cacheHealthSchema.omit({ timestamp: true }),
    chain: chainHealthSchema.omit({ timestamp: true }),
    engine: z.object({
      status: healthStatusSchema,
      latency_ms: latency,
      seq: countSchema.nullable(),
      journal_hash: z.string().nullable(),
      settlement: z.enum(["live", "simulated"]).nullable(),
      settlement_halted: z
        .string()
        .nullable()
        .meta({ description: "Why settlement waits for an operator; null while it goes on." }),
      trading_paused: z.boolean().nullable(),
      trading_phase: tradingPhaseSchema.nullable(),
      skipped_fills: countSchema
        .nullable()
        .meta({ description: "Fills that the chain refused and the engine took back, ever." }),
      last_skipped_fill: z
        .object({
          fill_seq: countSchema,
          batch_id: countSchema,
          reason: z.string(),
          time_ms: countSchema,
        })
        .nullable(),
      unsettled_fills: countSchema.nullable(),
      oldest_unsettled_ms: countSchema.nullable(),
      last_block: countSchema.nullable(),
      last_batch_id: countSchema.nullable(),
    }),
    index: z.object({
      status: healthStatusSchema,
      block_number: countSchema.nullable(),
      lag_blocks: z.int().nullable(),
    }),
    signatures: z.object({
      status: healthStatusSchema,
      implementation: z.enum(["native", "javascript"]),
      threads: countSchema.meta({ description: "0: orders are verified on the main thread." }),
      queued: countSchema,
    }),
    /** Collateral held = cash owed + open interest + unredeemed payouts + fees, on chain; and the three parties' figures. */
    conservation: z.object({
      ok: z.boolean().nullable(),
      collateral_micro: z.string().nullable(),
      cash_micro: z.string().nullable(),
      open_interest_micro: z.string().nullable(),
      unredeemed_micro: z.string().nullable(),
      fees_micro: z.string().nullable(),
      engine_agrees: z.boolean().nullable(),
      index_agrees: z.boolean().nullable(),
      differences: z.array(z.string()),
    }),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "DetailedHealth" });

export type DetailedHealth = z.infer<typeof detailedHealthSchema>;

export const readyReplySchema = z
  .object({
    ready: z.boolean(),
    checks: z.record(z.string(), z.boolean()),
    timestamp: z.iso.datetime(),
  })
  .meta({ id: "Ready" });
