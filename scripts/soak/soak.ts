import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { EventBatch } from "../../protocol/engine/event.ts";
import { type AgonClient, connect } from "../../sdk/client.ts";
import type { LiveStream } from "../../sdk/streams/live-stream.ts";
import type { BookState } from "../../sdk/streams/open-book.ts";
import { BookTruth, fingerprint } from "./book-truth.ts";
import { faultyWebSocket, type LineFaults } from "./faulty-web-socket.ts";
import { RandomTrading } from "./random-trading.ts";
import { type SoakWorld, startSoakWorld } from "./soak-world.ts";

export interface SoakOptions {
  seconds: number;
  clients: number;
  commandsPerSecond: number;
  faults: LineFaults;
}

export interface SoakReport {
  /** States that clients showed and that were held against the engine's at the same `seq`. */
  compared: number;
  /** Of those, the ones that differed. Must be 0. */
  different: number;
  /** States for which the engine's was not known any more, and so not compared. */
  unknown: number;
  /** Times that a book was crossed, at the engine or at a client. Must be 0. */
  crossed: number;
  /** Clients that did not reach the last book in the end. Must be 0. */
  stragglers: number;
  commands: number;
  bookChanges: number;
  cuts: number;
  lags: number;
  resumes: number;
  snapshots: number;
  gaps: number;
  corruptions: number;
  /** MiB in use after a collection, at half of the time and at the end. */
  heapMiBEarly: number;
  heapMiBLate: number;
}

const MARKETS = 3;
const TICK_MS = 20;
const SETTLE_EVERY_MS = 500;
const CATCH_UP_MS = 60_000;
/** Small, so that longer outages need a snapshot. */
const REPLAY_FRAMES = 10;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** A client with its live books, each state of which is held against the truth. */
interface SoakClient {
  client: AgonClient;
  books: LiveStream<BookState>[];
}

class Soak {
  readonly #world: SoakWorld;
  readonly #options: SoakOptions;
  readonly #truths = new Map<number, BookTruth>();
  readonly #clients: SoakClient[] = [];
  readonly #troubles = { cuts: 0, lags: 0 };
  #compared = 0;
  #different = 0;
  #unknown = 0;
  #crossed = 0;
  #lastFillSeq = 0;

  constructor(world: SoakWorld, options: SoakOptions) {
    this.#world = world;
    this.#options = options;
    for (const marketId of world.marketIds) this.#truths.set(marketId, new BookTruth());
  }

  async run(): Promise<SoakReport> {
    const { bus, accounts, marketIds } = this.#world;
    // Before any client: what they see, the truth has seen.
    const truth = await bus.subscribe(({ payload }) => this.#takeTruth(payload as EventBatch), {
      after: 0,
      onGap: () => {
        throw new Error("the truth has a gap");
      },
    });
    await this.#connect();
    const trading = new RandomTrading(bus, accounts, marketIds);
    const heap = await this.#trade(trading);
    const stragglers = await this.#stragglers();
    const statistics = this.#clients.flatMap(({ books }) => books.map((book) => book.statistics));
    const sum = (of: "resumes" | "snapshots" | "gaps" | "corruptions") =>
      statistics.reduce((total, one) => total + one[of], 0);
    for (const { client } of this.#clients) client.close();
    await truth.close();
    const truths = [...this.#truths.values()];
    return {
      compared: this.#compared,
      different: this.#different,
      unknown: this.#unknown,
      crossed: truths.reduce((total, { crossed }) => total + crossed, this.#crossed),
      stragglers,
      commands: trading.accepted,
      bookChanges: truths.reduce((total, { seq }) => total + seq, 0),
      ...this.#troubles,
      resumes: sum("resumes"),
      snapshots: sum("snapshots"),
      gaps: sum("gaps"),
      corruptions: sum("corruptions"),
      ...heap,
    };
  }

  #takeTruth({ events }: EventBatch): void {
    for (const event of events) {
      if (event.type === "book") this.#truths.get(event.marketId)?.take(event);
      if (event.type === "trade") this.#lastFillSeq = event.fill.fillSeq;
    }
  }

  async #connect(): Promise<void> {
    const { url, slugs } = this.#world;
    const WebSocket = faultyWebSocket(this.#options.faults, this.#troubles);
    for (let i = 0; i < this.#options.clients; i++) {
      // Every other one stays away for longer than the log reaches back.
      const streams = { baseDelayMs: i % 2 === 0 ? 50 : 1_000, maxDelayMs: 1_000 };
      const client = await connect(url, { WebSocket, streams });
      const books = slugs.map((slug) => client.openBook(slug));
      for (const book of books) book.onChange((state) => this.#compare(book.seq, state));
      this.#clients.push({ client, books });
    }
  }

  #compare(seq: number, { marketId, bids, asks }: BookState): void {
    const isEqual = this.#truths.get(marketId)?.equals(seq, fingerprint(bids, asks)) ?? null;
    if (isEqual === null) this.#unknown += 1;
    else {
      this.#compared += 1;
      if (!isEqual) this.#different += 1;
    }
    const [[bid] = [0]] = bids;
    const [[ask] = [1_000]] = asks;
    if (bid >= ask) this.#crossed += 1;
  }

  async #trade(trading: RandomTrading): Promise<{ heapMiBEarly: number; heapMiBLate: number }> {
    const { seconds, commandsPerSecond } = this.#options;
    const startedAt = Date.now();
    const elapsedMs = () => Date.now() - startedAt;
    let heapMiBEarly = 0;
    let settledAt = 0;
    let settled = 0;
    while (elapsedMs() < seconds * 1000) {
      await trading.send(Math.max(1, Math.round((commandsPerSecond * TICK_MS) / 1000)));
      if (elapsedMs() - settledAt > SETTLE_EVERY_MS && this.#lastFillSeq > settled) {
        settledAt = elapsedMs();
        settled = this.#lastFillSeq;
        await this.#world.engine.simulateSettlement(settled);
      }
      if (heapMiBEarly === 0 && elapsedMs() > seconds * 500) heapMiBEarly = heapMiB();
      await delay(TICK_MS);
    }
    return { heapMiBEarly, heapMiBLate: heapMiB() };
  }

  /** Clients that are not where the engine is, when they had time to come there. */
  async #stragglers(): Promise<number> {
    const isBehind = ({ books }: SoakClient) =>
      books.some((book, at) => {
        const marketId = this.#world.marketIds[at] as number;
        return book.seq !== this.#truths.get(marketId)?.seq;
      });
    const deadline = Date.now() + CATCH_UP_MS;
    while (this.#clients.some(isBehind) && Date.now() < deadline) await delay(TICK_MS);
    return this.#clients.filter(isBehind).length;
  }
}

/**
 * Trades at random while clients of the SDK follow every book over lines that are cut and lag, and holds each
 * state of each client against the engine's book at that `seq`.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const world = await startSoakWorld(MARKETS, {
    WS_REPLAY_FRAMES: String(REPLAY_FRAMES),
    WS_HEARTBEAT_MS: "2000",
    WS_MAX_CONNECTIONS_PER_ADDRESS: String(10 * options.clients),
    RATE_LIMIT_RPM: "1000000",
  });
  try {
    return await new Soak(world, options).run();
  } finally {
    await world.stop();
  }
}
