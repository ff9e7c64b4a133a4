import type { Redis } from "ioredis";
import type { PrismaClient } from "../generated/prisma/client.ts";
import type { BusClient } from "../platform/bus/bus.ts";
import type { Log } from "../platform/log.ts";
import type { Pool } from "../platform/postgres/pool.ts";
import type { Tracer } from "../platform/tracing/tracer.ts";
import type { Deployment } from "../protocol/deployment.ts";
import type { ChainReader } from "./chain/chain-reader.ts";
import type { Faucet } from "./chain/faucet.ts";
import type { MarketOffice } from "./chain/market-office.ts";
import type { ApiConfig } from "./config.ts";
import type { DownloadSlots } from "./downloads/download-slots.ts";
import type { EngineClient } from "./engine/engine-client.ts";
import type { EngineTables } from "./history/engine-tables.ts";
import type { ApiMetrics } from "./http/api-metrics.ts";
import type { AsyncApiDocument } from "./http/asyncapi.ts";
import type { OpenApiDocument } from "./http/openapi.ts";
import type { IdempotencyStore } from "./idempotency/idempotency-store.ts";
import type { RequestLimits } from "./limits/request-limits.ts";
import type { ExchangeMirror } from "./mirror/exchange-mirror.ts";
import type { MarketArrivals } from "./mirror/market-arrivals.ts";
import type { ApiKeyStore } from "./sign-in/api-key-store.ts";
import type { SiweTerms } from "./sign-in/check-terms.ts";
import type { Credentials } from "./sign-in/credentials.ts";
import type { LastUsed } from "./sign-in/last-used.ts";
import type { NonceStore } from "./sign-in/nonce-store.ts";
import type { SessionStore } from "./sign-in/session-store.ts";
import type { SignatureExplainer } from "./signature/explanation/signature-explainer.ts";
import type { OrderVerifier } from "./signature/order-verifier.ts";
import type { StreamHub } from "./streams/stream-hub.ts";

/** All that a route may use. */
export interface Services {
  config: ApiConfig;
  log: Log;
  metrics: ApiMetrics;
  tracer: Tracer;
  deployment: Deployment;
  /** Origin of the api as users type it. */
  publicUrl: string;
  /** The document of all routes. */
  openApi(): OpenApiDocument;
  /** The document of `/ws`. */
  asyncApi(): AsyncApiDocument;
  bus: BusClient;
  pool: Pool;
  tables: EngineTables;
  prisma: PrismaClient;
  redis: Redis | null;
  engine: EngineClient;
  mirror: ExchangeMirror;
  arrivals: MarketArrivals;
  streams: StreamHub;
  verifier: OrderVerifier;
  explainer: SignatureExplainer;
  idempotency: IdempotencyStore;
  nonces: NonceStore;
  sessions: SessionStore;
  limits: RequestLimits;
  apiKeys: ApiKeyStore;
  credentials: Credentials;
  lastUsed: LastUsed;
  downloads: DownloadSlots;
  siweTerms: SiweTerms;
  /** Null without RPC_URL. */
  chain: ChainReader | null;
  /** Null without MARKET_CREATOR_PRIVATE_KEY. */
  marketOffice: MarketOffice | null;
  /** Null unless on a development chain with FAUCET_PRIVATE_KEY. */
  faucet: Faucet | null;
}
