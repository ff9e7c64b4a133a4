import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../generated/prisma/client.ts";
import type { BusClient } from "../platform/bus/bus.ts";
import { connectRedis } from "../platform/bus/redis-connection.ts";
import type { Log } from "../platform/log.ts";
import { createMetrics, type Metrics } from "../platform/metrics.ts";
import type { Pool } from "../platform/postgres/pool.ts";
import { watchPool } from "../platform/postgres/pool-metrics.ts";
import { createTracer } from "../platform/tracing/tracer.ts";
import type { Deployment } from "../protocol/deployment.ts";
import { exchangeDomain } from "../protocol/order-hash.ts";
import { createApp } from "./app.ts";
import { createChainReader } from "./chain/chain-reader.ts";
import { createFaucet } from "./chain/faucet.ts";
import { createMarketOffice } from "./chain/market-office.ts";
import type { ApiConfig } from "./config.ts";
import { DownloadSlots } from "./downloads/download-slots.ts";
import { createEngineClient } from "./engine/engine-client.ts";
import { createEngineTables } from "./history/engine-tables.ts";
import { readLatestTrades } from "./history/fill-history.ts";
import { readLatestCandles } from "./history/latest-candles.ts";
import { createApiMetrics } from "./http/api-metrics.ts";
import { type AsyncApiDocument, asyncApiDocument } from "./http/asyncapi.ts";
import { answerWith, closeServer, createHttpServer, listen } from "./http/create-http-server.ts";
import { type OpenApiDocument, openApiDocument } from "./http/openapi.ts";
import { sessionCookieName } from "./http/session-cookie.ts";
import { createIdempotencyStore } from "./idempotency/idempotency-store.ts";
import { createRequestLimits } from "./limits/request-limits.ts";
import { startEngineFeed } from "./mirror/engine-feed.ts";
import { ExchangeMirror } from "./mirror/exchange-mirror.ts";
import { createMarketArrivals } from "./mirror/market-arrivals.ts";
import { ALL_ROUTES } from "./routes/all-routes.ts";
import type { Services } from "./services.ts";
import { createNonceStore } from "./sign-in/nonce-store.ts";
import { openCredentials } from "./sign-in/open-credentials.ts";
import { createSignatureExplainer } from "./signature/explanation/signature-explainer.ts";
import { createOrderVerifier, defaultVerifierThreads } from "./signature/order-verifier.ts";
import { startWebsockets } from "./streams/start-websockets.ts";
import { createStreamHub } from "./streams/stream-hub.ts";

export interface ApiParameters {
  config: ApiConfig;
  bus: BusClient;
  pool: Pool;
  deployment: Deployment;
  log: Log;
  metrics?: Metrics;
}

export interface RunningApi {
  /** Where it listens: `http://host:port`. */
  url: string;
  /** Resolves with the engine's first snapshot: from then on books are served. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

const STATEMENT = "Sign in to Agon. This proves who you are; it moves no funds.";
/** `localhost` and `127.0.0.1` are one machine: a sign-in may name either. */
function siweDomains(publicUrl: string, more: readonly string[]): string[] {
  const { host, hostname, port } = new URL(publicUrl);
  const suffix = port === "" ? "" : `:${port}`;
  const isLoopback = hostname === "127.0.0.1" || hostname === "localhost";
  const twins = isLoopback ? [`127.0.0.1${suffix}`, `localhost${suffix}`] : [];
  return [...new Set([host, ...twins, ...more])];
}

type Connections = Omit<Services, "publicUrl" | "siweTerms" | "openApi" | "asyncApi" | "arrivals">;

/** Everything that does not depend on the address at which we listen. */
async function connectAll(parameters: ApiParameters): Promise<Connections> {
  const { config, bus, pool, deployment, log } = parameters;
  const metrics = createApiMetrics(parameters.metrics ?? createMetrics({ service: "api" }));
  watchPool(pool, metrics.metrics);
  const tracer = await createTracer({
    service: "agon-api",
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    sampleRatio: config.OTEL_TRACES_SAMPLER_ARG,
    log,
  });
  const prisma = new PrismaClient({
    adapter: new PrismaPg({ connectionString: config.DATABASE_URL, max: 5 }),
  });
  const verifier = await createOrderVerifier({
    domain: exchangeDomain(deployment.chainId, deployment.exchange),
    threads: config.SIGNATURE_THREADS ?? defaultVerifierThreads(),
    maxQueued: config.SIGNATURE_MAX_QUEUED,
    isNativeAllowed: config.SIGNATURE_NATIVE,
    log,
  });
  const engine = createEngineClient(bus, config.ENGINE_TIMEOUT_MS);
  const mirror = new ExchangeMirror();
  const redis = config.REDIS_URL
    ? connectRedis({ url: config.REDIS_URL, log, name: "api-limits", patient: false })
    : null;
  const tables = createEngineTables(pool, engine);
  const streams = createStreamHub({
    mirror,
    engine,
    replayFrames: config.WS_REPLAY_FRAMES,
    readCandles: (filter) => readLatestCandles(tables, filter),
  });
  const stores = openCredentials({ prisma, pool, config, streams, log });
  const chain = config.RPC_URL ? createChainReader(config.RPC_URL) : null;
  return {
    config,
    log,
    metrics,
    tracer,
    deployment,
    bus,
    pool,
    tables,
    prisma,
    redis,
    engine,
    mirror,
    streams,
    verifier,
    explainer: await createSignatureExplainer({
      deployment,
      domainHash: verifier.domainHash,
      isNativeAllowed: config.SIGNATURE_NATIVE,
    }),
    idempotency: createIdempotencyStore(pool, { log }),
    nonces: createNonceStore(prisma, config.SIWE_NONCE_LIFETIME_S),
    ...stores,
    limits: createRequestLimits({
      config,
      redis,
      credentials: stores.credentials,
      routes: ALL_ROUTES,
    }),
    downloads: new DownloadSlots(),
    chain,
    marketOffice: createMarketOffice({ config, chain, deployment, prisma }),
    faucet: createFaucet({ config, chain, deployment, redis }),
  };
}

/**
 * Starts the api: HTTP, `/ws`, and the mirror of the engine behind both. Listens at once; what needs
 * the engine answers `engine_unavailable` until the engine does.
 */
export async function startApi(parameters: ApiParameters): Promise<RunningApi> {
  const { config, log, deployment } = parameters;
  const connections = await connectAll(parameters);
  const { engine, tables, mirror, streams, metrics, prisma, redis, tracer, verifier, lastUsed } =
    connections;
  const feed = startEngineFeed({
    engine,
    mirror,
    readTrades: () => readLatestTrades(tables),
    log,
    onResync: () => metrics.mirrorResyncs.inc(),
  });
  feed.listen(streams);

  const server = createHttpServer(config, log);
  const url = await listen(server, config.API_HOST, config.API_PORT);
  const publicUrl = (config.PUBLIC_URL ?? url).replace(/\/+$/, "");
  let document: OpenApiDocument | null = null;
  let streamDocument: AsyncApiDocument | null = null;
  const services: Services = {
    ...connections,
    publicUrl,
    arrivals: createMarketArrivals(feed, mirror),
    siweTerms: {
      domains: siweDomains(publicUrl, config.SIWE_DOMAINS),
      chainId: deployment.chainId,
      statement: STATEMENT,
      nonceLifetimeSeconds: config.SIWE_NONCE_LIFETIME_S,
    },
    openApi: () =>
      (document ??= openApiDocument(ALL_ROUTES, {
        serverUrl: publicUrl,
        cookieName: sessionCookieName(config),
      })),
    asyncApi: () =>
      (streamDocument ??= asyncApiDocument({
        serverUrl: publicUrl,
        cookieName: sessionCookieName(config),
      })),
  };
  answerWith(server, createApp(services).callback());
  const websockets = startWebsockets(server, services);
  log.info({ url, publicUrl }, "the api listens");

  return {
    url,
    ready: feed.ready,
    async stop() {
      await websockets.stop();
      await closeServer(server);
      await feed.stop();
      await verifier.stop();
      await lastUsed.stop();
      await prisma.$disconnect();
      redis?.disconnect();
      await tracer.stop();
    },
  };
}
