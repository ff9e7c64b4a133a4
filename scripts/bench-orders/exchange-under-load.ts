/**
 * The exchange as `npm start` runs it, api and engine in one process over the in-process bus, without a chain:
 * every door from the socket to the durable journal is the real one. Funded accounts come by IPC; answers with
 * its URL.
 */
import type { Address } from "viem";
import { apiConfigSchema } from "../../api/config.ts";
import { startApi } from "../../api/server.ts";
import { createInProcessBus } from "../../platform/bus/in-process-bus.ts";
import { loadConfig } from "../../platform/config.ts";
import { createLog } from "../../platform/log.ts";
import { createPool } from "../../platform/postgres/pool.ts";
import { startEngineWorld } from "../../test/api/support/engine-world.ts";
import { DEPLOYMENT } from "../../test/offchain-engine/journal/fixtures.ts";
import { MARKETS } from "../bench-journal/signed-orders.ts";
import { answerCpuTime } from "./process-cpu.ts";

/** What the exchange is started with. */
export interface ExchangeTerms {
  databaseUrl: string;
  accounts: readonly Address[];
  signatureThreads: number;
}

const FUNDS_MICRO = "1000000000000";
const UNBOUNDED = 100_000_000;
const DAY_MS = 86_400_000;

async function start({ databaseUrl, accounts, signatureThreads }: ExchangeTerms): Promise<string> {
  const log = createLog({ service: "bench", level: "error" });
  const pool = createPool({ databaseUrl, log, applicationName: "agon-bench" });
  const bus = createInProcessBus();
  const engine = await startEngineWorld({
    pool,
    bus: bus.server,
    deployment: DEPLOYMENT,
    log,
    // Nothing settles here.
    limits: {
      maxUnsettledFills: UNBOUNDED,
      maxOpenOrdersPerAccount: UNBOUNDED,
      maxUnsettledAgeMs: DAY_MS,
    },
    queue: { maxQueued: 20_000, maxGroup: 512 },
  });
  for (let i = 1; i <= MARKETS; i++) await engine.createMarket(`market-${i}`);
  await engine.block(
    accounts.map((account) => ({ type: "deposited", account, amountMicro: FUNDS_MICRO })),
  );
  const config = loadConfig(apiConfigSchema, {
    DATABASE_URL: databaseUrl,
    API_PORT: "0",
    LOG_LEVEL: "error",
    // One client sends everything: its allowance is the bench's, the counting is not left out.
    RATE_LIMIT_RPM: "10000000",
    SIGNATURE_THREADS: String(signatureThreads),
  });
  const api = await startApi({ config, bus: bus.client, pool, deployment: DEPLOYMENT, log });
  await api.ready;
  return api.url;
}

answerCpuTime();
process.once("message", (terms: ExchangeTerms) => {
  void start(terms).then((url) => process.send?.({ url }));
});
