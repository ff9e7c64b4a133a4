/** Engine and api in one process, over an in-process bus: what `npm start` runs. */
import { apiConfigSchema } from "../api/config.ts";
import { startApi } from "../api/server.ts";
import { engineConfigSchema } from "../offchain-engine/config.ts";
import { startEngine } from "../offchain-engine/engine.ts";
import { createInProcessBus } from "../platform/bus/in-process-bus.ts";
import { loadConfig } from "../platform/config.ts";
import { readDeploymentFile } from "../platform/deployment-file.ts";
import { createLog } from "../platform/log.ts";
import { createMetrics } from "../platform/metrics.ts";
import { createPool } from "../platform/postgres/pool.ts";
import { runMain } from "../platform/run-main.ts";
import { createShutdown } from "../platform/shutdown.ts";

async function main(): Promise<void> {
  const engineConfig = loadConfig(engineConfigSchema);
  const apiConfig = loadConfig(apiConfigSchema);
  const log = createLog({ service: "server", level: engineConfig.LOG_LEVEL });
  const shutdown = createShutdown({ log });
  const metrics = createMetrics({ service: "server" });
  const deployment = await readDeploymentFile(engineConfig.DEPLOYMENT_FILE);
  const databaseUrl = engineConfig.DATABASE_URL;
  const pool = createPool({ databaseUrl, log, applicationName: "agon-server" });
  shutdown.onStop("database", () => pool.end());

  const bus = createInProcessBus();
  shutdown.onStop("bus", () => bus.client.close());
  const shared = { pool, deployment, log, metrics };
  const engine = await startEngine({ ...shared, config: engineConfig, bus: bus.server });
  shutdown.onStop("engine", engine.stop);
  void engine.failed.then((error) => {
    log.fatal({ err: error }, "the engine cannot go on; a restart replays the journal");
    process.exit(1);
  });
  const api = await startApi({ ...shared, config: apiConfig, bus: bus.client });
  shutdown.onStop("api", api.stop);
  await api.ready;
  process.send?.({ ready: true });
}

await runMain(main);
