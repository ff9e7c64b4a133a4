import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before } from "mocha";
import type { PrivateKeyAccount } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { createSiweMessage } from "viem/siwe";
import { apiConfigSchema } from "../../../api/config.ts";
import { type RunningApi, startApi } from "../../../api/server.ts";
import type { CoreLimits } from "../../../offchain-engine/core/limits.ts";
import { loadConfig } from "../../../platform/config.ts";
import { createLog } from "../../../platform/log.ts";
import { startEmbeddedPostgres } from "../../../platform/postgres/embedded.ts";
import { migrate } from "../../../platform/postgres/migrate.ts";
import { createPool, type Pool } from "../../../platform/postgres/pool.ts";
import type { Deployment } from "../../../protocol/deployment.ts";
import type { Order } from "../../../protocol/order.ts";
import { exchangeDomain, ORDER_TYPES, orderMessage } from "../../../protocol/order-hash.ts";
import type { ExchangeReply } from "../../../protocol/wire/exchange.ts";
import type { PlaceOrderRequest } from "../../../protocol/wire/order.ts";
import { createFreezingBus } from "../../platform/bus/freezing-bus.ts";
import { assertDocumented } from "./documented-codes.ts";
import { type EngineWorld, startEngineWorld } from "./engine-world.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../prisma/migrations", import.meta.url));

export const DEPLOYMENT: Deployment = {
  chainId: 31337,
  exchange: "0x5FbDB2315678afecb367f032d93F642f64180aa3",
  outcomeTokens: "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512",
  collateral: "0x9fE46736679d2D9a65F0992F2272dE9f3c7fa6e0",
  priceFeedResolver: "0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9",
  optimisticResolver: "0x5FC8d32690cc91D4c39d9d3abcBD16989F875707",
  roles: "0x0165878A594ca255338adfa4d48449f69242Eb8F",
  priceFeeds: { ETH: "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9" },
  deployBlock: 1,
  deployBlockHash: `0x${"11".repeat(32)}`,
  exitDelaySeconds: 60,
  settlementGraceSeconds: 5,
};

/** One reply, read. */
export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever a route replied.
  body: any;
  text: string;
}

export interface CallOptions {
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: string;
  token?: string;
  headers?: Record<string, string>;
}

/** A real api on a real engine core and a real PostgreSQL; blocks come from the test. */
export interface ApiWorld {
  api: RunningApi;
  engine: EngineWorld;
  pool: Pool;
  /** Every line that the api logged. */
  logLines: string[];
  call(method: string, path: string, options?: CallOptions): Promise<Reply>;
  /** Starts another api on the same engine and database; it stops with the world. */
  replica(): Promise<Pick<ApiWorld, "call">>;
  /** Another api on the same engine and database, as a second process would be; the caller stops it. */
  startReplica(): Promise<RunningApi>;
  /** A fresh account with money in escrow. */
  trader(micro?: bigint): Promise<PrivateKeyAccount>;
  signIn(account: PrivateKeyAccount): Promise<string>;
  signInMessage(account: PrivateKeyAccount): Promise<string>;
  order(account: PrivateKeyAccount, fields: Partial<Order>): Promise<PlaceOrderRequest>;
}

/** What a world stands on: another deployment and its chain, where a test has one. */
export interface Surroundings {
  environment: Record<string, string>;
  deployment: Deployment;
  stopChain?: () => Promise<void>;
  settlement?: "live" | "simulated";
  limits?: Partial<CoreLimits>;
}

let nonces = 1n;

async function call(url: string, method: string, path: string, options: CallOptions) {
  const { body, raw, token, headers } = options;
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(`${url}${path}`, {
    method,
    ...(payload === undefined ? {} : { body: payload }),
    headers: {
      ...(payload === undefined ? {} : { "Content-Type": "application/json" }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "");
  const reply: Reply = {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== "" ? JSON.parse(text) : null,
    text,
  };
  if (typeof reply.body?.code === "string" && response.status >= 400) {
    assertDocumented(method, path, reply.body.code);
  }
  return reply;
}

async function signOrder(account: PrivateKeyAccount, fields: Partial<Order>) {
  const order: Order = {
    maker: account.address,
    marketId: 1,
    outcome: 1,
    side: 0,
    price: 500,
    quantity: 100,
    timeInForce: 0,
    maxFeeBps: 0,
    expiry: 0,
    nonce: nonces++,
    ...fields,
  };
  const signature = await account.signTypedData({
    domain: exchangeDomain(DEPLOYMENT.chainId, DEPLOYMENT.exchange),
    types: ORDER_TYPES,
    primaryType: "Order",
    message: orderMessage(order),
  });
  return { order: { ...order, nonce: order.nonce.toString() }, signature };
}

async function start(surroundings: Surroundings): Promise<{
  world: ApiWorld;
  stop: () => Promise<void>;
}> {
  const { environment, deployment, stopChain, settlement, limits } = surroundings;
  const logLines: string[] = [];
  const log = createLog({
    service: "api",
    level: "debug",
    destination: { write: (line) => void logLines.push(line) },
  });
  const dataDir = mkdtempSync(join(tmpdir(), "agon-api-"));
  const postgres = await startEmbeddedPostgres({ dataDir, port: 0, log, durable: false });
  const { databaseUrl } = postgres;
  await migrate({ databaseUrl, directory: MIGRATIONS });
  const pool = createPool({ databaseUrl, log, applicationName: "api-test" });
  const bus = createFreezingBus();
  const engine = await startEngineWorld({
    pool,
    bus: bus.server,
    deployment,
    log,
    ...(settlement ? { settlement } : {}),
    ...(limits ? { limits } : {}),
  });
  const config = loadConfig(apiConfigSchema, {
    DATABASE_URL: databaseUrl,
    API_PORT: "0",
    LOG_LEVEL: "debug",
    ENGINE_TIMEOUT_MS: "2000",
    ...environment,
  });
  const api = await startApi({ config, bus: bus.client, pool, deployment, log });
  await api.ready;

  const replicas: RunningApi[] = [];
  const request = (method: string, path: string, options: CallOptions = {}) =>
    call(api.url, method, path, options);
  const signInMessage = async (account: PrivateKeyAccount) => {
    const { siwe } = (await request("GET", "/v1/exchange")).body as ExchangeReply;
    const { nonce } = (await request("GET", "/v1/auth/nonce")).body;
    const { domain, uri, version, chainId, statement } = siwe;
    return createSiweMessage({
      address: account.address,
      domain,
      uri,
      version,
      chainId,
      statement,
      nonce,
    });
  };
  const world: ApiWorld = {
    api,
    engine,
    pool,
    logLines,
    call: request,
    async replica() {
      const other = await startApi({ config, bus: bus.client, pool, deployment, log });
      replicas.push(other);
      await other.ready;
      return { call: (method, path, options = {}) => call(other.url, method, path, options) };
    },
    async startReplica() {
      const replica = await startApi({ config, bus: bus.client, pool, deployment, log });
      await replica.ready;
      return replica;
    },
    async trader(micro = 1_000_000_000n) {
      const account = privateKeyToAccount(generatePrivateKey());
      if (micro > 0n) await engine.fund(account.address, micro);
      return account;
    },
    signInMessage,
    async signIn(account) {
      const message = await signInMessage(account);
      const signature = await account.signMessage({ message });
      const reply = await request("POST", "/v1/auth/login", { body: { message, signature } });
      return reply.body.token as string;
    },
    order: signOrder,
  };
  const stop = async () => {
    await Promise.all([api, ...replicas].map((one) => one.stop()));
    await engine.stop();
    await pool.end();
    await postgres.stop();
    await stopChain?.();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { world, stop };
}

/** Starts a world before the suite and stops it after; the returned function gives it to a test. */
export function useApiWorld(
  environment: Record<string, string> = {},
  prepare: () => Promise<Partial<Surroundings>> = async () => ({}),
): () => ApiWorld {
  let running: Awaited<ReturnType<typeof start>> | undefined;
  before(async function () {
    this.timeout(60_000);
    const prepared = await prepare();
    running = await start({
      deployment: DEPLOYMENT,
      ...prepared,
      environment: { ...environment, ...prepared.environment },
    });
  });
  after(async function () {
    this.timeout(30_000);
    await running?.stop();
  });
  return () => {
    if (!running) throw new Error("the world has not started");
    return running.world;
  };
}
