import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BusClient } from "../../platform/bus/bus.ts";
import { busNamespace } from "../../platform/bus/bus-namespace.ts";
import { createRedisBusClient } from "../../platform/bus/redis-bus-client.ts";
import { writeDeploymentFile } from "../../platform/deployment-file.ts";
import { freePort } from "../../platform/free-port.ts";
import { createLog } from "../../platform/log.ts";
import { createPool, type Pool } from "../../platform/postgres/pool.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import {
  type CuttableProxy,
  startCuttableProxy,
} from "../../test/offchain-engine/chain/cuttable-proxy.ts";
import { startTestChain, type TestChain } from "../../test/offchain-engine/chain/test-chain.ts";
import { type RedisServer, startRedisServer } from "../../test/platform/bus/redis-server.ts";
import { deployExchange } from "../deploy-exchange.ts";
import { migrateDatabase } from "../migrate.ts";
import { DEV_ACCOUNTS } from "../start/dev-accounts.ts";
import { apiReplicas } from "./api-replicas.ts";
import { hotStandby } from "./hot-standby.ts";
import { type KillablePostgres, startKillablePostgres } from "./killable-postgres.ts";
import { spreadConnections } from "./spread-connections.ts";
import { type SupervisedProcess, superviseProcess } from "./supervised-process.ts";

export const READY_TIMEOUT_MS = 90_000;
/** As docker-compose.yml deploys. */
const EXIT_DELAY_SECONDS = 3_600;
const SETTLEMENT_GRACE_SECONDS = 1_200;
/** Of the chain that loses blocks: some before they count, some after. */
const BLOCK_MS = 200;
const CONFIRMATIONS = 3;
/** How long the api waits for the engine: short, so that unknown outcomes come often. */
const ENGINE_TIMEOUT_MS = 2_000;

/**
 * `compose`: engine and api apart, over Redis, as docker-compose.yml has it. `standby`: with a second engine
 * that waits for the first one's end. `one`: engine and api in one process, as `npm start`. `cluster`: two apis
 * behind one address, and a chain that makes blocks by the clock and loses some of them again.
 */
export const CRASH_MODES = ["compose", "standby", "one", "cluster"] as const;
export type CrashMode = (typeof CRASH_MODES)[number];

/** The exchange, each part of it within reach of a `kill -9`. */
export interface ExchangeUnderCrash {
  mode: CrashMode;
  apiUrl: string;
  /** The chain itself; engine and api reach it through `chainWay`. */
  rpcUrl: string;
  chain: TestChain;
  chainWay: CuttableProxy;
  deployment: Deployment;
  deploymentFile: string;
  postgres: KillablePostgres;
  /** Null where engine and api are one process, as is `bus`. */
  redis: RedisServer | null;
  engine: SupervisedProcess;
  /** The engine itself where both are one process. */
  api: SupervisedProcess;
  /** Read by the checks alone. */
  pool: Pool;
  bus: BusClient | null;
  /** Database, logs and addresses. */
  folder: string;
  /** Stops everything; the folder goes unless it is to be looked at. */
  stop(options: { keepFolder: boolean }): Promise<void>;
}

/** Brings up PostgreSQL, Redis, a chain with the contracts, engine and api, on free ports. */
export async function startExchangeUnderCrash(mode: CrashMode): Promise<ExchangeUnderCrash> {
  const folder = await mkdtemp(join(tmpdir(), "agon-crash-rounds-"));
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async ({ keepFolder }: { keepFolder: boolean }) => {
    for (const stopOne of stops.splice(0).reverse()) await stopOne();
    if (!keepFolder) await rm(folder, { recursive: true, force: true });
  };
  try {
    return { ...(await bringUp(mode, folder, stops)), folder, stop };
  } catch (error) {
    await stop({ keepFolder: false });
    throw error;
  }
}

async function bringUp(
  mode: CrashMode,
  folder: string,
  stops: (() => Promise<unknown>)[],
): Promise<Omit<ExchangeUnderCrash, "folder" | "stop">> {
  const log = createLog({ service: "crash", level: "silent" });
  const chain = await startTestChain();
  stops.push(chain.stop);
  const chainWay = await startCuttableProxy(chain.port);
  stops.push(chainWay.stop);
  const redis = mode === "one" ? null : await startRedisServer();
  if (redis) stops.push(redis.stop);
  const postgres = await startKillablePostgres(join(folder, "postgres"), await freePort(), log);
  stops.push(postgres.stop);

  await migrateDatabase({ databaseUrl: postgres.databaseUrl });
  const deployment = await deployExchange({
    rpcUrl: chain.rpcUrl,
    deployerKey: DEV_ACCOUNTS.admin.privateKey,
    operator: DEV_ACCOUNTS.operator.address,
    exitDelaySeconds: EXIT_DELAY_SECONDS,
    settlementGraceSeconds: SETTLEMENT_GRACE_SECONDS,
  });
  const deploymentFile = join(folder, "deployment.json");
  await writeDeploymentFile(deploymentFile, deployment);

  if (mode === "cluster") await chain.rpc("evm_setIntervalMining", BLOCK_MS);
  const shared = {
    DATABASE_URL: postgres.databaseUrl,
    REDIS_URL: redis?.url ?? "",
    RPC_URL: chainWay.url,
    DEPLOYMENT_FILE: deploymentFile,
    LOG_LEVEL: "info",
  };
  const start = (name: string, script: string, env: Record<string, string>) => {
    const started = superviseProcess({ name, script, env: { ...shared, ...env }, logDir: folder });
    stops.push(started.stop);
    return started;
  };
  const { engine, api, apiPort } = await startProcesses(mode, chain.rpcUrl, start, stops);
  await Promise.all([engine.ready(READY_TIMEOUT_MS), api.ready(READY_TIMEOUT_MS)]);

  const pool = createPool({
    databaseUrl: postgres.databaseUrl,
    log,
    applicationName: "agon-crash-checks",
    maxConnections: 4,
  });
  stops.push(() => pool.end());
  const namespace = busNamespace(deployment);
  const bus = redis && createRedisBusClient({ redisUrl: redis.url, namespace, log });
  if (bus) stops.push(bus.close);
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const { rpcUrl } = chain;
  const parts = { chain, chainWay, postgres, redis, engine, api, pool, bus };
  return { mode, ...parts, apiUrl, rpcUrl, deployment, deploymentFile };
}

type Start = (name: string, script: string, env: Record<string, string>) => SupervisedProcess;

async function startProcesses(
  mode: CrashMode,
  rpcUrl: string,
  start: Start,
  stops: (() => Promise<unknown>)[],
): Promise<{ engine: SupervisedProcess; api: SupervisedProcess; apiPort: number }> {
  const [port, otherPort] = [await freePort(), await freePort()];
  const ofApi = apiEnvironment(port, rpcUrl);
  const startEngine = (name: string, env = {}) =>
    start(name, "offchain-engine/main.ts", { ...ENGINE_ENVIRONMENT, ...env });
  const startApi = (name: string, env = ofApi) => start(name, "api/main.ts", env);
  switch (mode) {
    case "one": {
      const server = start("server", "scripts/server.ts", { ...ENGINE_ENVIRONMENT, ...ofApi });
      return { engine: server, api: server, apiPort: port };
    }
    case "compose":
      return { engine: startEngine("engine"), api: startApi("api"), apiPort: port };
    case "standby": {
      const engine = hotStandby(startEngine("engine"), startEngine("engine-2"));
      return { engine, api: startApi("api"), apiPort: port };
    }
    case "cluster": {
      const spreader = await spreadConnections([port, otherPort]);
      stops.push(spreader.stop);
      // Both sign users in for the address that these type.
      const PUBLIC_URL = `http://127.0.0.1:${spreader.port}`;
      const one = startApi("api", { ...ofApi, PUBLIC_URL });
      const other = startApi("api-2", { ...apiEnvironment(otherPort, rpcUrl), PUBLIC_URL });
      const engine = startEngine("engine", { CHAIN_CONFIRMATIONS: String(CONFIRMATIONS) });
      return { engine, api: apiReplicas(one, other), apiPort: spreader.port };
    }
  }
}

const ENGINE_ENVIRONMENT = {
  OPERATOR_PRIVATE_KEY: DEV_ACCOUNTS.operator.privateKey,
  // Often, so that a difference shows in the round that made it.
  RECONCILE_INTERVAL_MS: "500",
  // Every restart goes on from a snapshot, and some die while one is taken.
  ENGINE_SNAPSHOT_EVERY: "60",
  // Short, so that most of a round is trading.
  ENGINE_RESTART_CANCEL_ONLY_MS: "100",
  ENGINE_RESTART_POST_ONLY_MS: "200",
};

function apiEnvironment(port: number, rpcUrl: string): Record<string, string> {
  return {
    API_HOST: "127.0.0.1",
    API_PORT: String(port),
    PUBLIC_RPC_URL: rpcUrl,
    ENGINE_TIMEOUT_MS: String(ENGINE_TIMEOUT_MS),
    MARKET_CREATOR_PRIVATE_KEY: DEV_ACCOUNTS.admin.privateKey,
    ADMIN_ADDRESSES: DEV_ACCOUNTS.admin.address,
    SIGNATURE_THREADS: "1",
    // One machine plays all the clients.
    RATE_LIMIT_RPM: "10000000",
    WS_HEARTBEAT_MS: "500",
    // The audit at the end reads all of it.
    JOURNAL_LAG_SECONDS: "0",
  };
}
