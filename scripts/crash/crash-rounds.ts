import { setTimeout as delay } from "node:timers/promises";
import { createPublicClient, http, type PublicClient } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { hardhat } from "viem/chains";
import { detailedHealthSchema } from "../../protocol/wire/health.ts";
import type { Market } from "../../protocol/wire/market.ts";
import { connect } from "../../sdk/index.ts";
import { RandomSource } from "../../test/offchain-engine/core/random-source.ts";
import { DEV_ACCOUNTS } from "../start/dev-accounts.ts";
import { checkAudit } from "./check-audit.ts";
import { checkSettled, conservationOf, holdingsDifferences } from "./check-chain.ts";
import { checkOrders, checkRecords } from "./check-orders.ts";
import { checkReplay, reachTables } from "./check-replay.ts";
import {
  type CrashMode,
  type ExchangeUnderCrash,
  READY_TIMEOUT_MS,
  startExchangeUnderCrash,
} from "./exchange-under-crash.ts";
import { inflict, type PlannedFault, planFaults } from "./faults.ts";
import { type Load, startLoad } from "./load.ts";
import { PromiseBook, type SentOrder } from "./promise-book.ts";
import { StreamWitness } from "./stream-witness.ts";
import { createTrader, type Trader } from "./trader.ts";
import { promised, Violation } from "./violation.ts";

const SLUGS = ["crash-one", "crash-two"] as const;
const SETTLE_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** Acknowledged by the healed exchange before a round is over. */
const ORDERS_AFTER_FAULTS = 30;

/** What came of a round. */
export interface RoundReport {
  round: number;
  planned: PlannedFault[];
  orders: number;
  acknowledged: number;
  /** Whose fate nobody told, until it was asked for. */
  unknown: number;
  fills: number;
  seq: number;
  /** From the last fault until orders were taken again. */
  healedMs: number;
  tookMs: number;
}

/** An exchange that is crashed again and again, and held to its word each time. */
export interface CrashRounds {
  folder: string;
  /** @throws Violation at the first broken promise */
  run(round: number): Promise<RoundReport>;
  /** Once more every order and fill of all rounds, and an audit of the journal. @throws Violation */
  checkAll(): Promise<void>;
  figures(): Record<string, number>;
  stop(options: { keepFolder: boolean }): Promise<void>;
}

/** Brings up the exchange, its traders and its witnesses. What happens follows from the seed, when does not. */
export async function startCrashRounds(options: {
  seed: number;
  traders: number;
  mode: CrashMode;
}): Promise<CrashRounds> {
  const exchange = await startExchangeUnderCrash(options.mode);
  try {
    const markets = await createMarkets(exchange);
    const ids = markets.map(({ marketId }) => marketId);
    const traders: Trader[] = [];
    for (let index = 0; index < options.traders; index++) {
      traders.push(await createTrader(exchange, index, ids));
    }
    return new Rounds(exchange, markets, traders, options.seed);
  } catch (error) {
    await exchange.stop({ keepFolder: false });
    throw error;
  }
}

async function createMarkets({ apiUrl }: ExchangeUnderCrash): Promise<Market[]> {
  const signer = privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey);
  const admin = await connect(apiUrl, { signer, retry: { maxAttempts: 40, maxDelayMs: 500 } });
  await admin.signIn();
  const now = Math.floor(Date.now() / 1_000);
  const markets: Market[] = [];
  for (const slug of SLUGS) {
    const { market } = await admin.createMarket({
      slug,
      question: "Does the exchange keep its word?",
      rules: "YES if it does.",
      closeTime: now + 86_400,
      resolveDeadline: now + 2 * 86_400,
      takerFeeBps: 50,
      resolution: { kind: "manual" },
    });
    markets.push(market);
  }
  admin.close();
  return markets;
}

class Rounds implements CrashRounds {
  readonly #exchange: ExchangeUnderCrash;
  readonly #markets: readonly Market[];
  readonly #traders: readonly Trader[];
  readonly #seed: number;
  readonly #book = new PromiseBook();
  readonly #witness: StreamWitness;
  readonly #reader: PublicClient;
  /** Orders that may still change: asked after in each round. */
  #living: SentOrder[] = [];
  #orders = 0;
  #fills = 0;

  constructor(
    exchange: ExchangeUnderCrash,
    markets: readonly Market[],
    traders: readonly Trader[],
    seed: number,
  ) {
    this.#exchange = exchange;
    this.#markets = markets;
    this.#traders = traders;
    this.#seed = seed;
    this.#witness = new StreamWitness(exchange.apiUrl, SLUGS, this.#book);
    this.#reader = createPublicClient({ chain: hardhat, transport: http(exchange.rpcUrl) });
  }

  get folder(): string {
    return this.#exchange.folder;
  }

  async run(round: number): Promise<RoundReport> {
    const startedMs = Date.now();
    const random = new RandomSource(this.#seed * 1_000_003 + round);
    const planned = planFaults(this.#exchange.mode, random, round);
    const book = this.#book;
    const before = { acknowledged: book.acknowledged, unknown: book.unknown, fills: this.#fills };
    const load = startLoad(this.#traders, this.#markets, book, this.#seed * 7_919 + round);
    let healedMs: number;
    try {
      this.#witness.drop();
      await Promise.race([inflict(planned, this.#exchange, random), load.failed]);
      healedMs = await this.#healed(load);
    } finally {
      await load.stop();
    }
    const sent = [...book.orders.values()].slice(this.#orders);
    this.#orders = book.orders.size;
    const seq = await this.#check([...this.#living, ...sent]);
    return {
      round,
      planned,
      orders: sent.length,
      acknowledged: book.acknowledged - before.acknowledged,
      unknown: book.unknown - before.unknown,
      fills: this.#fills - before.fills,
      seq,
      healedMs,
      tookMs: Date.now() - startedMs,
    };
  }

  /** Waits until the exchange takes orders again, with nobody's help. */
  async #healed(load: Load): Promise<number> {
    const startedMs = Date.now();
    const { engine, api } = this.#exchange;
    const wanted = this.#book.acknowledged + ORDERS_AFTER_FAULTS;
    while (this.#book.acknowledged < wanted) {
      if (Date.now() - startedMs > READY_TIMEOUT_MS) {
        const said = `engine: ${engine.tail().slice(-600)} api: ${api.tail().slice(-600)}`;
        throw new Violation("the exchange comes back by itself", said);
      }
      await Promise.race([delay(POLL_MS), load.failed]);
    }
    return Date.now() - startedMs;
  }

  async checkAll(): Promise<void> {
    await this.#check([...this.#book.orders.values()]);
    await checkAudit(this.#exchange);
  }

  async #check(orders: readonly SentOrder[]): Promise<number> {
    await checkOrders(this.#book, orders, this.#traders);
    await this.#settled();
    await reachTables(this.#exchange, this.#traders[0] as Trader);
    const fills = await checkSettled(this.#exchange, this.#reader);
    this.#fills = fills.length;
    await checkRecords(this.#book, this.#exchange, fills);
    await this.#checkStreams();
    const seq = await checkReplay(this.#exchange);
    this.#living = orders.filter(
      ({ view }) => view?.status === "open" || view?.status === "partially_filled",
    );
    return seq;
  }

  /** Waits until engine and chain have told each other everything, and agree. */
  async #settled(): Promise<void> {
    const differences = await this.#lastOf(async () => {
      const health = await this.#health();
      const { engine, conservation } = health;
      if (engine.unsettled_fills !== 0) return [`${engine.unsettled_fills} fills are unsettled`];
      if (conservation.engine_agrees !== true || conservation.ok !== true) {
        return ["the engine's own reconciliation", ...conservation.differences];
      }
      const found = await holdingsDifferences(this.#exchange, this.#reader, this.#traders);
      return [...found, ...(await conservationOf(this.#exchange, this.#reader))];
    });
    promised(differences.length === 0, "balances are conserved", () => differences.join("; "));
  }

  async #health() {
    const reply = await fetch(`${this.#exchange.apiUrl}/health/detailed`);
    return detailedHealthSchema.parse(await reply.json());
  }

  /** The first empty answer of `look`, or its last when the time is up. */
  async #lastOf(look: () => Promise<string[]>): Promise<string[]> {
    const deadline = Date.now() + SETTLE_TIMEOUT_MS;
    for (;;) {
      const found = await look();
      if (found.length === 0 || Date.now() > deadline) return found;
      await delay(POLL_MS);
    }
  }

  /** The witness, and GET, end with the same book. */
  async #checkStreams(): Promise<void> {
    const [{ patient }] = this.#traders as [Trader];
    const differences = await this.#lastOf(async () => {
      const found: string[] = [];
      for (const slug of SLUGS) {
        const book = await patient.getBook(slug, { depth: 500 });
        const followed = this.#witness.state(`book:${slug}`);
        const told = { seq: followed.seq, bids: followed.bids, asks: followed.asks };
        const asked = { seq: book.seq, bids: book.bids, asks: book.asks };
        if (JSON.stringify(told) !== JSON.stringify(asked)) {
          found.push(`${slug}: told ${JSON.stringify(told)}, asked ${JSON.stringify(asked)}`);
        }
        const { items } = await patient.listTrades(slug, { limit: 1 });
        const { seq } = this.#witness.state(`trades:${slug}`);
        if (seq !== (items[0]?.tradeSeq ?? 0)) found.push(`${slug}: trades end at ${seq}`);
      }
      return found;
    });
    promised(differences.length === 0, "a stream ends where GET does", () => differences.join());
  }

  figures(): Record<string, number> {
    const { acknowledged, unknown, orders } = this.#book;
    const { engine, api } = this.#exchange;
    return {
      orders: orders.size,
      acknowledged,
      unknown,
      fills: this.#fills,
      engine_restarts: engine.restarts(),
      api_restarts: api.restarts(),
      stream_frames: this.#witness.figures.frames,
      stream_resumes: this.#witness.figures.resumes,
      stream_snapshots: this.#witness.figures.snapshots,
    };
  }

  async stop(options: { keepFolder: boolean }): Promise<void> {
    this.#witness.close();
    for (const { once, patient } of this.#traders) {
      once.close();
      patient.close();
    }
    await this.#exchange.stop(options);
  }
}
