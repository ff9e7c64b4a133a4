import { isAddress } from "viem";
import { z } from "zod";
import { env } from "../platform/config.ts";

const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((part) => part.trim())
      .filter(Boolean),
  );

const addressList = list.refine(
  (addresses) => addresses.every((address) => isAddress(address, { strict: false })),
  "must be addresses, joined by commas",
);

const flag = (byDefault: "true" | "false") =>
  z
    .enum(["true", "false"], { error: "must be true or false" })
    .default(byDefault)
    .transform((text) => text === "true");

const optionalCount = z.coerce
  .number({ error: "must be an integer above 0" })
  .int("must be an integer above 0")
  .min(1, "must be an integer above 0")
  .optional();

/** 0 … 10; `false` and `true` say 0 and 1. */
const proxyHops = z
  .string()
  .default("0")
  .transform((text) => ({ false: "0", true: "1" })[text] ?? text)
  .pipe(z.string().regex(/^(\d|10)$/, "must be the number of proxies before the api: 0 … 10"))
  .transform(Number);

const settings = z.object({
  DATABASE_URL: env.databaseUrl,
  REDIS_URL: env.redisUrl,
  RPC_URL: env.rpcUrl.optional(),
  /** The RPC that clients are told of; absent: RPC_URL, if a development node's without secrets. */
  PUBLIC_RPC_URL: env.rpcUrl.optional(),
  LOG_LEVEL: env.logLevel,
  OTEL_EXPORTER_OTLP_ENDPOINT: env.otlpEndpoint,
  OTEL_TRACES_SAMPLER_ARG: env.sampleRatio,
  DEPLOYMENT_FILE: env.deploymentFile,
  NODE_ENV: z.string().default("development"),
  API_HOST: z.string().default("127.0.0.1"),
  API_PORT: env.port.default(8080),
  /** What users type: gives the SIWE domain and uri. The listening address when absent. */
  PUBLIC_URL: env.rpcUrl.optional(),
  /** Further SIWE domains that may sign in here, for pages served elsewhere: `host[:port]`. */
  SIWE_DOMAINS: list,
  /** Origins of pages that may call with cookies. */
  CORS_ORIGINS: list,
  /** Wallets that may create and resolve markets. */
  ADMIN_ADDRESSES: addressList,
  MARKET_CREATOR_PRIVATE_KEY: env.privateKey.optional(),
  FAUCET_PRIVATE_KEY: env.privateKey.optional(),
  FAUCET_MAX_MICRO: env.integer(1, 1_000_000_000_000, 10_000_000_000),
  FAUCET_PER_HOUR: env.integer(1, 100_000, 60),
  /** Requests a minute of one address; accounts and keys have allowances in proportion. */
  RATE_LIMIT_RPM: env.integer(1, 10_000_000, 6000),
  /** Of one account, whatever its addresses; twice RATE_LIMIT_RPM when absent. */
  RATE_LIMIT_ACCOUNT_RPM: optionalCount,
  /** Of all accounts of one address together; ten times RATE_LIMIT_RPM when absent. */
  RATE_LIMIT_NETWORK_RPM: optionalCount,
  /** Of one API key; RATE_LIMIT_RPM when absent. */
  RATE_LIMIT_KEY_RPM: optionalCount,
  /** How many proxies of ours stand before the api: the client's address comes from X-Forwarded-For. */
  TRUST_PROXY: proxyHops,
  HTTP_MAX_CONNECTIONS: env.integer(1, 1_000_000, 20_000),
  /** Open sockets of one address, streams among them; WS_MAX_CONNECTIONS_PER_ADDRESS + 1000 when absent. */
  HTTP_MAX_CONNECTIONS_PER_ADDRESS: optionalCount,
  COOKIE_SECURE: flag("false"),
  SESSION_LIFETIME_S: env.integer(60, 31_536_000, 86_400),
  /** From the sign-in on: refreshing lengthens a session no further. */
  SESSION_LONGEST_S: env.integer(60, 315_360_000, 2_592_000),
  /** How long after a refresh the old token is refused without ending the session: requests under way. */
  SESSION_ROTATION_GRACE_MS: env.integer(0, 60_000, 2000),
  SIWE_NONCE_LIFETIME_S: env.integer(10, 3600, 300),
  /** Threads that hash orders and recover their signers; 0: the main one does. Absent: by the cores. */
  SIGNATURE_THREADS: z.coerce.number().int().min(0).max(64).optional(),
  SIGNATURE_MAX_QUEUED: env.integer(1, 1_000_000, 10_000),
  /** False: recovery in pure JavaScript, where the compiled package is not wanted. */
  SIGNATURE_NATIVE: flag("true"),
  /** Of the last 24 hours, of an account's sessions and of each API key; without either, an address has a tenth. */
  IDEMPOTENCY_KEYS_MAX: env.integer(10, 1_000_000, 10_000),
  ENGINE_TIMEOUT_MS: env.integer(100, 60_000, 5000),
  /** A fast exit's signature holds so long. */
  RELEASE_LIFETIME_S: env.integer(30, 86_400, 900),
  /** Journal entries are public once they are so old: until then open orders are private. */
  JOURNAL_LAG_SECONDS: env.integer(0, 31_536_000, 3600),
  WS_HEARTBEAT_MS: env.integer(50, 60_000, 5000),
  WS_MAX_BUFFERED_BYTES: env.integer(1024, 268_435_456, 4_194_304),
  WS_MAX_SUBSCRIPTIONS: env.integer(1, 10_000, 200),
  WS_MAX_CONNECTIONS_PER_ADDRESS: env.integer(1, 1_000_000, 1000),
  WS_MAX_SUBSCRIPTIONS_PER_ADDRESS: env.integer(1, 10_000_000, 20_000),
  /** Of a client's messages, as `WS_MESSAGE_POINTS` counts them; ten seconds' worth may be saved up. */
  WS_POINTS_PER_SECOND: env.integer(1, 1_000_000, 100),
  WS_POINTS_PER_SECOND_PER_ADDRESS: env.integer(1, 10_000_000, 2_000),
  WS_REPLAY_FRAMES: env.integer(1, 1_000_000, 1000),
});

/** The environment of the api. Times and sizes carry their units in their names. */
export const apiConfigSchema = settings.refine(
  (config) => config.SESSION_LIFETIME_S <= config.SESSION_LONGEST_S,
  { path: ["SESSION_LIFETIME_S"], error: "must not be above SESSION_LONGEST_S" },
);

export type ApiConfig = Readonly<z.output<typeof apiConfigSchema>>;

/** Open sockets of one address. Null behind a proxy, where all of them are the proxy's. */
export function connectionsPerAddress(config: ApiConfig): number | null {
  if (config.TRUST_PROXY > 0) return null;
  const { HTTP_MAX_CONNECTIONS_PER_ADDRESS: own, WS_MAX_CONNECTIONS_PER_ADDRESS: streams } = config;
  return own ?? streams + 1000;
}

export const BODY_BYTES_MAX = 64 * 1024;
export const BATCH_BODY_BYTES_MAX = 512 * 1024;
export const HEADER_BYTES_MAX = 16 * 1024;
export const HEADERS_MAX = 100;
/** In which a request's headers, and then all of it, must have arrived. */
export const HEADERS_TIMEOUT_MS = 10_000;
export const REQUEST_TIMEOUT_MS = 30_000;
export const WS_MESSAGE_BYTES_MAX = 8 * 1024;
/** Price levels are 1 … 999. */
export const BOOK_LEVELS_MAX = 999;
export const PAGE_ITEMS_MAX = 500;
/** Of the commands on a page of the journal, but for the first of them. */
export const JOURNAL_PAGE_BYTES_MAX = 4 * 1024 * 1024;
export const SERVICE_NAME = "Agon";
export const SERVICE_VERSION = "0.1.0";
