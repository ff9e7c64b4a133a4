import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Address } from "viem";
import { apiConfigSchema } from "../../api/config.ts";
import { startApi } from "../../api/server.ts";
import type { BusClient } from "../../platform/bus/bus.ts";
import { createInProcessBus } from "../../platform/bus/in-process-bus.ts";
import { loadConfig } from "../../platform/config.ts";
import { createLog } from "../../platform/log.ts";
import { startEmbeddedPostgres } from "../../platform/postgres/embedded.ts";
import { createPool } from "../../platform/postgres/pool.ts";
import { type EngineWorld, startEngineWorld } from "../../test/api/support/engine-world.ts";
import { DEPLOYMENT } from "../../test/offchain-engine/journal/fixtures.ts";
import { migrateDatabase } from "../migrate.ts";

const ACCOUNTS = 20;
const MICRO_EACH = 10n ** 15n;

/** A real api on the real engine and database, whose accounts trade in some markets. */
export interface SoakWorld {
  url: string;
  bus: BusClient;
  engine: EngineWorld;
  slugs: string[];
  marketIds: number[];
  accounts: Address[];
  stop(): Promise<void>;
}

/** Starts one with `markets` markets; `environment` is the api's. */
export async function startSoakWorld(
  markets: number,
  environment: Record<string, string>,
): Promise<SoakWorld> {
  const log = createLog({ service: "soak", level: "error" });
  const folder = await mkdtemp(join(tmpdir(), "agon-soak-"));
  const postgres = await startEmbeddedPostgres({
    dataDir: join(folder, "pg"),
    port: 0,
    log,
    durable: false,
  });
  const { databaseUrl } = postgres;
  await migrateDatabase({ databaseUrl });
  const pool = createPool({ databaseUrl, log, applicationName: "soak" });
  const bus = createInProcessBus();
  // Small memories fill soon, so that growth after that is growth.
  const limits = { rememberedOrders: 2_000, rememberedFills: 1_000 };
  const engine = await startEngineWorld({
    pool,
    bus: bus.server,
    deployment: DEPLOYMENT,
    log,
    limits,
  });
  const config = loadConfig(apiConfigSchema, {
    DATABASE_URL: databaseUrl,
    API_PORT: "0",
    SIGNATURE_THREADS: "0",
    ...environment,
  });
  const api = await startApi({ config, bus: bus.client, pool, deployment: DEPLOYMENT, log });
  await api.ready;
  const accounts = Array.from(
    { length: ACCOUNTS },
    (_, i): Address => `0x${(0xa000 + i).toString(16).padStart(40, "0")}`,
  );
  for (const account of accounts) await engine.fund(account, MICRO_EACH);
  const slugs = Array.from({ length: markets }, (_, i) => `soak-${i + 1}`);
  const marketIds: number[] = [];
  for (const slug of slugs) marketIds.push(await engine.createMarket(slug));
  return {
    url: api.url,
    bus: bus.client,
    engine,
    slugs,
    marketIds,
    accounts,
    async stop() {
      await api.stop();
      await engine.stop();
      await pool.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
