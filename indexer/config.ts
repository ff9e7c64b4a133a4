import { resolve } from "node:path";
import { z } from "zod";
import { IndexerError } from "./start-error.ts";

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
/** Ponder polls no faster. */
const MIN_POLLING_MS = 100;

const schema = z.object({
  DATABASE_URL: z
    .string({ error: "is needed: a URL like postgresql://user:password@host:5432/agon" })
    .regex(/^postgres(ql)?:\/\/\S+$/, "must be a URL like postgresql://user:password@host/agon"),
  RPC_URL: z
    .string({ error: "is needed: a URL like http://127.0.0.1:8545" })
    .regex(/^https?:\/\/\S+$/, "must be a URL like http://127.0.0.1:8545"),
  /** The addresses that `npm run deploy` wrote. */
  DEPLOYMENT_FILE: z.string().default(".agon/deployment.json"),
  INDEXER_HOST: z.string().default("127.0.0.1"),
  INDEXER_PORT: z.coerce
    .number({ error: "must be a port: 1 … 65535" })
    .int("must be a port: 1 … 65535")
    .min(1, "must be a port: 1 … 65535")
    .max(65_535, "must be a port: 1 … 65535")
    .default(42_069),
  /** How often the chain is asked for a new block. */
  INDEXER_POLLING_MS: z.coerce
    .number({ error: "must be an integer of at least 100" })
    .int("must be an integer of at least 100")
    .min(MIN_POLLING_MS, "must be an integer of at least 100")
    .default(MIN_POLLING_MS),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` })
    .default("info"),
});

export interface IndexerConfig {
  databaseUrl: string;
  rpcUrl: string;
  /** An absolute path. */
  deploymentFile: string;
  host: string;
  port: number;
  pollingMs: number;
  logLevel: (typeof LOG_LEVELS)[number];
}

/**
 * The indexer's environment as typed config; an empty variable counts as absent.
 * @throws IndexerError `config_invalid` with one sentence per wrong variable, never its value.
 */
export function loadIndexerConfig(environment: NodeJS.ProcessEnv): IndexerConfig {
  const present = Object.entries(environment).filter(([, value]) => value !== "");
  const parsed = schema.safeParse(Object.fromEntries(present));
  if (!parsed.success) {
    const sentences = parsed.error.issues.map(
      (issue) => `${issue.path.join(".")} ${issue.message}.`,
    );
    throw new IndexerError("config_invalid", sentences.join("\n"));
  }
  const env = parsed.data;
  return {
    databaseUrl: env.DATABASE_URL,
    rpcUrl: env.RPC_URL,
    deploymentFile: resolve(env.DEPLOYMENT_FILE),
    host: env.INDEXER_HOST,
    port: env.INDEXER_PORT,
    pollingMs: env.INDEXER_POLLING_MS,
    logLevel: env.LOG_LEVEL,
  };
}
