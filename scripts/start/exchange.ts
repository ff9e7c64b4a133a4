import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeDeploymentFile } from "../../platform/deployment-file.ts";
import { freePort } from "../../platform/free-port.ts";
import type { EmbeddedPostgres } from "../../platform/postgres/embedded.ts";
import { StartError } from "../../platform/start-error.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import { deployExchange } from "../deploy-exchange.ts";
import { migrateDatabase } from "../migrate.ts";
import { startFreshDatabase } from "./database.ts";
import { DEV_ACCOUNTS } from "./dev-accounts.ts";
import type { ExchangeOptions } from "./options.ts";
import { ROOT } from "./paths.ts";
import { assertPortsFree } from "./ports.ts";
import type { Progress } from "./progress.ts";
import { type Part, startPart } from "./supervise.ts";

const READY_TIMEOUT_MS = 60_000;
const READER_PASSWORD = "agon";
/** Short on a development chain, yet far beyond the time that a batch takes to settle. */
const EXIT_DELAY_SECONDS = 60;
const SETTLEMENT_GRACE_SECONDS = 20;
const ADMIN_DELAY_SECONDS = 60;
const BLOCK_INTERVAL_MS = 2_000;
/** Engine and api lose nothing by a crash: the journal is replayed. */
const SERVER_RESTARTS_PER_MINUTE = 3;

/** Where a running exchange is found; also written to `<dataDir>/exchange.json`. */
export interface ExchangeAddresses {
  apiUrl: string;
  rpcUrl: string;
  indexerUrl: string;
  databaseUrl: string;
  /** The read-only role's. */
  readerUrl: string;
  deployment: Deployment;
  logDir: string;
}

export interface RunningExchange extends ExchangeAddresses {
  /** Process ids by part: `chain`, `server` (engine and api), `indexer`. */
  pids(): Record<string, number>;
  /** Resolves with one sentence when a part died for good. */
  failed: Promise<string>;
  /** Stops every part, the last started first. */
  stop(): Promise<void>;
}

/**
 * Brings up the whole exchange on this machine: PostgreSQL, a Hardhat chain, the contracts, engine
 * and api, the indexer. When it throws, what was started is stopped again.
 * @throws Error whose message is one clear sentence.
 */
export async function startExchange(wanted: ExchangeOptions): Promise<RunningExchange> {
  const options = await claimPorts(wanted);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
  };
  try {
    const { addresses, parts, database } = await bringUp(options, stops);
    writeFileSync(
      join(options.dataDir, "exchange.json"),
      `${JSON.stringify(addresses, null, 2)}\n`,
    );
    return {
      ...addresses,
      pids: () => Object.fromEntries(parts.map((part) => [part.name, part.pid()])),
      // The database first: when it dies, others die of it at once.
      failed: Promise.race([
        database.exited.then((how) => `PostgreSQL died (${how}).`),
        ...parts.map((part) => part.failed),
      ]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Port 0 becomes a free one; the others must be free. */
async function claimPorts(options: ExchangeOptions): Promise<ExchangeOptions> {
  const claim = async (port: number) => (port === 0 ? freePort() : port);
  const claimed = {
    ...options,
    postgresPort: await claim(options.postgresPort),
    chainPort: await claim(options.chainPort),
    apiPort: await claim(options.apiPort),
    indexerPort: await claim(options.indexerPort),
  };
  // PostgreSQL's port is not among them: a server that a killed start left on it is taken over.
  await assertPortsFree([
    { name: "api", port: claimed.apiPort, variable: "API_PORT" },
    { name: "chain", port: claimed.chainPort, variable: "CHAIN_PORT" },
    { name: "indexer", port: claimed.indexerPort, variable: "INDEXER_PORT" },
  ]);
  return claimed;
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (cause) {
    const sentence = `The folder ${path} cannot be written by this user: mend its rights, or set AGON_DATA_DIR.`;
    throw new StartError("right_missing", sentence, { cause });
  }
}

/** As `Promise.all`, but waits for both to end, so that a failure leaves nothing half started. */
async function together<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/** Starts a part, by its script, and adds it to `parts` and how to stop it to `stops`. */
function partStarter({
  logDir,
  progress,
  stops,
  parts,
}: {
  logDir: string;
  progress: Progress;
  stops: (() => Promise<void>)[];
  parts: Part[];
}) {
  return async (name: string, script: string, env: Record<string, string>, readyUrl?: string) => {
    const part = await startPart({
      name,
      script: join(ROOT, script),
      env,
      logDir,
      progress,
      restartsPerMinute: name === "server" ? SERVER_RESTARTS_PER_MINUTE : 0,
      ready: (child) =>
        readyUrl ? child.answers(readyUrl, READY_TIMEOUT_MS) : child.ready(READY_TIMEOUT_MS),
    });
    stops.push(part.stop);
    parts.push(part);
  };
}

async function bringUp(
  options: ExchangeOptions,
  stops: (() => Promise<void>)[],
): Promise<{ addresses: ExchangeAddresses; parts: Part[]; database: EmbeddedPostgres }> {
  const { progress, dataDir } = options;
  const logDir = join(dataDir, "logs");
  makeDirectory(logDir);
  const rpcUrl = `http://127.0.0.1:${options.chainPort}`;
  const parts: Part[] = [];
  const start = partStarter({ logDir, progress, stops, parts });

  const database = await progress.step("Starting PostgreSQL and a Hardhat chain", async () => {
    const [server] = await together(
      startFreshDatabase({ dataDir, port: options.postgresPort }).then((started) => {
        stops.push(started.stop);
        return started;
      }),
      start("chain", "scripts/chain.ts", {
        CHAIN_HOST: "127.0.0.1",
        CHAIN_PORT: String(options.chainPort),
        CHAIN_BLOCK_INTERVAL_MS: String(BLOCK_INTERVAL_MS),
      }),
    );
    return server;
  });
  const deployment = await progress.step("Deploying the contracts", () =>
    deployExchange({
      rpcUrl,
      deployerKey: DEV_ACCOUNTS.admin.privateKey,
      operator: DEV_ACCOUNTS.operator.address,
      exitDelaySeconds: EXIT_DELAY_SECONDS,
      settlementGraceSeconds: SETTLEMENT_GRACE_SECONDS,
      adminDelaySeconds: ADMIN_DELAY_SECONDS,
    }),
  );
  const deploymentFile = join(dataDir, "deployment.json");
  await writeDeploymentFile(deploymentFile, deployment);
  await progress.step("Migrating the database", () =>
    migrateDatabase({ databaseUrl: database.databaseUrl, readerPassword: READER_PASSWORD }),
  );

  const apiUrl = `http://127.0.0.1:${options.apiPort}`;
  const indexerUrl = `http://127.0.0.1:${options.indexerPort}`;
  const shared = {
    DATABASE_URL: database.databaseUrl,
    // An outside Redis or operator key of this shell is not the devnet's.
    REDIS_URL: "",
    RPC_URL: rpcUrl,
    DEPLOYMENT_FILE: deploymentFile,
    LOG_LEVEL: options.logLevel,
  };
  await progress.step("Starting engine, api and indexer", async () => {
    await together(
      start("server", "scripts/server.ts", { ...shared, ...serverEnvironment(options) }),
      start(
        "indexer",
        "indexer/main.ts",
        { ...shared, INDEXER_PORT: String(options.indexerPort) },
        `${indexerUrl}/ready`,
      ),
    );
  });
  const { databaseUrl, port } = database;
  const readerUrl = `postgresql://agon_reader:${READER_PASSWORD}@127.0.0.1:${port}/agon`;
  const addresses = { apiUrl, rpcUrl, indexerUrl, databaseUrl, readerUrl, deployment, logDir };
  return { addresses, parts, database };
}

function serverEnvironment(options: ExchangeOptions): Record<string, string> {
  return {
    API_HOST: "127.0.0.1",
    API_PORT: String(options.apiPort),
    OPERATOR_PRIVATE_KEY: options.settle ? DEV_ACCOUNTS.operator.privateKey : "",
    MARKET_CREATOR_PRIVATE_KEY: DEV_ACCOUNTS.admin.privateKey,
    FAUCET_PRIVATE_KEY: DEV_ACCOUNTS.faucet.privateKey,
    ADMIN_ADDRESSES: DEV_ACCOUNTS.admin.address,
  };
}
