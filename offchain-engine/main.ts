import { busNamespace } from "../platform/bus/bus-namespace.ts";
import { createRedisBusServer } from "../platform/bus/redis-bus-server.ts";
import { loadConfig } from "../platform/config.ts";
import { readDeploymentFile } from "../platform/deployment-file.ts";
import { createLog } from "../platform/log.ts";
import { createMetrics } from "../platform/metrics.ts";
import { createPool } from "../platform/postgres/pool.ts";
import { runMain } from "../platform/run-main.ts";
import { createShutdown } from "../platform/shutdown.ts";
import { StartError } from "../platform/start-error.ts";
import { engineConfigSchema } from "./config.ts";
import { startEngine } from "./engine.ts";
import { serveHealth } from "./server/serve-health.ts";

/** The engine as a process of its own: its users reach it over Redis. */
async function main(): Promise<void> {
  const config = loadConfig(engineConfigSchema);
  if (config.REDIS_URL === undefined) {
    throw new StartError(
      "config_invalid",
      "REDIS_URL is needed for an engine of its own: the api reaches it over Redis. " +
        "`npm start` runs both in one process without it.",
    );
  }
  const log = createLog({ service: "engine", level: config.LOG_LEVEL });
  const shutdown = createShutdown({ log });
  const metrics = createMetrics({ service: "engine" });
  const deployment = await readDeploymentFile(config.DEPLOYMENT_FILE);
  const pool = createPool({
    databaseUrl: config.DATABASE_URL,
    log,
    applicationName: "agon-engine",
  });
  const bus = createRedisBusServer({
    redisUrl: config.REDIS_URL,
    namespace: busNamespace(deployment),
    log,
  });
  const engine = await startEngine({ config, bus, pool, deployment, log, metrics });
  // Only now: a standby that is told to stop has nothing to stop, and ends at once.
  shutdown.onStop("database", () => pool.end());
  shutdown.onStop("engine", engine.stop);
  void engine.failed.then((error) => {
    log.fatal({ err: error }, "the engine cannot go on; a restart replays the journal");
    process.exit(1);
  });
  if (config.ENGINE_HTTP_PORT !== undefined) {
    const { stop } = await serveHealth({
      host: config.ENGINE_HTTP_HOST,
      port: config.ENGINE_HTTP_PORT,
      metrics,
      status: engine.status,
    });
    shutdown.onStop("health", stop);
  }
  process.send?.({ ready: true });
}

await runMain(main);
