import { busNamespace } from "../platform/bus/bus-namespace.ts";
import { createRedisBusClient } from "../platform/bus/redis-bus-client.ts";
import { loadConfig } from "../platform/config.ts";
import { readDeploymentFile } from "../platform/deployment-file.ts";
import { createLog } from "../platform/log.ts";
import { createPool } from "../platform/postgres/pool.ts";
import { runMain } from "../platform/run-main.ts";
import { createShutdown } from "../platform/shutdown.ts";
import { StartError } from "../platform/start-error.ts";
import { apiConfigSchema } from "./config.ts";
import { startApi } from "./server.ts";

/** The api as a process of its own: it reaches the engine over Redis. */
async function main(): Promise<void> {
  const config = loadConfig(apiConfigSchema);
  if (config.REDIS_URL === undefined) {
    throw new StartError(
      "config_invalid",
      "REDIS_URL is needed for an api of its own: it reaches the engine over Redis. " +
        "`npm start` runs both in one process without it.",
    );
  }
  const log = createLog({ service: "api", level: config.LOG_LEVEL });
  const shutdown = createShutdown({ log });
  const deployment = await readDeploymentFile(config.DEPLOYMENT_FILE);
  const pool = createPool({
    databaseUrl: config.DATABASE_URL,
    log,
    applicationName: "agon-api",
  });
  shutdown.onStop("database", () => pool.end());
  const bus = createRedisBusClient({
    redisUrl: config.REDIS_URL,
    namespace: busNamespace(deployment),
    log,
  });
  shutdown.onStop("bus", () => bus.close());
  const api = await startApi({ config, bus, pool, deployment, log });
  shutdown.onStop("api", api.stop);
  process.send?.({ ready: true });
}

await runMain(main);
