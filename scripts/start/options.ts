import { z } from "zod";
import { env, loadConfig } from "../../platform/config.ts";
import { DATA_DIR } from "./paths.ts";
import type { Progress } from "./progress.ts";

/** What `npm start` may be told. Port 0 in a test means any free port. */
export interface ExchangeOptions {
  dataDir: string;
  postgresPort: number;
  chainPort: number;
  apiPort: number;
  indexerPort: number;
  /** False: no operator key, so fills are `simulated` and never broadcast. */
  settle: boolean;
  logLevel: string;
  progress: Progress;
}

const schema = z.object({
  POSTGRES_PORT: env.port.default(54329),
  CHAIN_PORT: env.port.default(8545),
  API_PORT: env.port.default(8080),
  INDEXER_PORT: env.port.default(42069),
  SETTLEMENT: z.enum(["live", "simulated"], { error: "must be live or simulated" }).default("live"),
  LOG_LEVEL: env.logLevel,
});

/** The options as the environment gives them. @throws StartError `config_invalid`. */
export function optionsFromEnvironment(progress: Progress): ExchangeOptions {
  const config = loadConfig(schema);
  return {
    dataDir: DATA_DIR,
    postgresPort: config.POSTGRES_PORT,
    chainPort: config.CHAIN_PORT,
    apiPort: config.API_PORT,
    indexerPort: config.INDEXER_PORT,
    settle: config.SETTLEMENT === "live",
    logLevel: config.LOG_LEVEL,
    progress,
  };
}
