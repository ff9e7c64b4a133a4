import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiConfigSchema } from "../../api/config.ts";
import { startApi } from "../../api/server.ts";
import { createInProcessBus } from "../../platform/bus/in-process-bus.ts";
import { loadConfig } from "../../platform/config.ts";
import { createLog } from "../../platform/log.ts";
import { startEmbeddedPostgres } from "../../platform/postgres/embedded.ts";
import { createPool } from "../../platform/postgres/pool.ts";
import { bookChecksum } from "../../protocol/book-checksum.ts";
import type { BookEvent } from "../../protocol/engine/event.ts";
import type { SnapshotReply } from "../../protocol/engine/request.ts";
import type { BookLevel, MarketView } from "../../protocol/engine/view.ts";
import { DEPLOYMENT } from "../../test/offchain-engine/journal/fixtures.ts";
import { migrateDatabase } from "../migrate.ts";

const SLUG = "eth-75-up";
const SIDE_LEVELS = 20;

/** The stream that the clients follow. */
export const FAN_OUT_STREAM = `book:${SLUG}`;

/** An api whose engine is this script: it says when a book changes. */
export interface FanOutApi {
  port: number;
  /** Publishes one command's event on the bus; returns the frame that its readers get. */
  publish(): string;
  stop(): Promise<void>;
}

const MARKET: MarketView = {
  marketId: 1,
  groupId: null,
  slug: SLUG,
  question: "Will it?",
  rules: "As it is.",
  category: "bench",
  resolver: "0x00000000000000000000000000000000000000aa",
  closeTime: 4_000_000_000,
  resolveDeadline: 4_000_003_600,
  takerFeeBps: 0,
  priceStep: 1,
  status: "open",
  heldPhase: "open",
  payoutYes: null,
};

/** A book in which one level of each side changes in turn. */
function createBook() {
  const bids = Array.from({ length: SIDE_LEVELS }, (_, i): BookLevel => [500 - i, 1_000]);
  const asks = Array.from({ length: SIDE_LEVELS }, (_, i): BookLevel => [501 + i, 1_000]);
  let seq = 0;
  return {
    snapshot: (): SnapshotReply => ({
      type: "snapshot",
      seq,
      exchangeSeq: 0,
      exchange: { phase: "open", phaseEndsAtMs: null, tradingPaused: false },
      marketsSeq: 1,
      markets: [MARKET],
      // Copies: the bus hands over what it is given.
      books: [
        { marketId: 1, seq, bids: [...bids], asks: [...asks], checksum: bookChecksum(bids, asks) },
      ],
      trades: [],
    }),
    next(): BookEvent {
      const prev = seq++;
      const side = seq % 2 === 0 ? bids : asks;
      const level: BookLevel = [side[0]?.[0] as number, 1_000 + (seq % 1_000)];
      side[0] = level;
      return {
        type: "book",
        marketId: 1,
        seq,
        prev,
        bids: side === bids ? [level] : [],
        asks: side === asks ? [level] : [],
        checksum: bookChecksum(bids, asks),
        timeMs: Date.now(),
      };
    },
  };
}

/** Starts the whole api on an embedded database, open to `clients` connections of one address. */
export async function startFanOutApi(clients: number): Promise<FanOutApi> {
  const log = createLog({ service: "bench", level: "error" });
  const folder = await mkdtemp(join(tmpdir(), "agon-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "pg"), port: 0, log });
  const { databaseUrl } = postgres;
  await migrateDatabase({ databaseUrl });
  const pool = createPool({ databaseUrl, log, applicationName: "bench" });
  const bus = createInProcessBus();
  const book = createBook();
  await bus.server.serve(async () => book.snapshot());
  const config = loadConfig(apiConfigSchema, {
    DATABASE_URL: databaseUrl,
    API_PORT: "0",
    SIGNATURE_THREADS: "0",
    WS_HEARTBEAT_MS: "60000",
    WS_MAX_CONNECTIONS_PER_ADDRESS: String(clients),
    WS_POINTS_PER_SECOND_PER_ADDRESS: String(clients * 10),
  });
  const api = await startApi({ config, bus: bus.client, pool, deployment: DEPLOYMENT, log });
  await api.ready;
  return {
    port: Number(new URL(api.url).port),
    publish() {
      const event = book.next();
      bus.server.publish([{ id: event.seq, prev: event.prev, payload: batchOf(event) }]);
      return JSON.stringify({ ...event, stream: FAN_OUT_STREAM });
    },
    async stop() {
      await api.stop();
      await pool.end();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function batchOf(event: BookEvent) {
  return { seq: event.seq, events: [event] };
}
