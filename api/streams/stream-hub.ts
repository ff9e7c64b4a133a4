import type { Address } from "viem";
import { CANDLE_INTERVALS, type CandleInterval } from "../../protocol/candle.ts";
import type { AccountEvent, EngineEvent } from "../../protocol/engine/event.ts";
import type { FillView, MarketView } from "../../protocol/engine/view.ts";
import type { ErrorCode } from "../../protocol/errors.ts";
import type { EngineClient } from "../engine/engine-client.ts";
import type { FeedListener } from "../mirror/engine-feed.ts";
import { type ExchangeMirror, type MirroredMarket, tickerOf } from "../mirror/exchange-mirror.ts";
import { ApiProblem } from "../problem.ts";
import type { Session } from "../sign-in/session-store.ts";
import { CandleTape, type ReadCandles } from "./candle-tape.ts";
import type { Connection, FrameId } from "./connection.ts";
import { LazyFrame } from "./lazy-frame.ts";
import {
  accountSnapshot,
  bookSnapshot,
  candlesSnapshot,
  exchangeSnapshot,
  marketsSnapshot,
  tickerSnapshot,
  tradesSnapshot,
} from "./snapshots.ts";
import { FrameBudget, StreamLog } from "./stream-log.ts";
import { parseMarketStream } from "./stream-name.ts";
import { TickerTape } from "./ticker-tape.ts";
import { type ReadSnapshot, Topic } from "./topic.ts";

/** Turns what the engine publishes into numbered streams with readers. */
export interface StreamHub extends FeedListener {
  /** Finds a stream by its public name; `account` needs the account. Null when there is none. */
  topic(stream: string, account: Address | null): Topic | null;
  join(connection: Connection, topic: Topic, id: FrameId): void;
  resume(connection: Connection, topic: Topic, after: number, id: FrameId): void;
  leave(connection: Connection, stream: string): boolean;
  leaveAll(connection: Connection): void;
  connected(connection: Connection): void;
  /** Ends the account's streams on every connection that signed in with the session or key of that id. */
  endSession(id: string): void;
  connections(): Iterable<Connection>;
}

const MAX_LOG_BYTES = 64 * 1024 * 1024;
const MAX_LOG_FRAMES = 500_000;
const MAX_ACCOUNT_TOPICS = 50_000;
/** Where a stream stands is not known before its first frame or snapshot: any `after` is too old. */
const UNKNOWN_STAND = -1;
const INTERVALS = Object.keys(CANDLE_INTERVALS) as CandleInterval[];

export interface StreamHubDeps {
  mirror: ExchangeMirror;
  engine: EngineClient;
  replayFrames: number;
  readCandles: ReadCandles;
}

class Hub implements StreamHub {
  readonly #mirror: ExchangeMirror;
  readonly #engine: EngineClient;
  readonly #budget: FrameBudget;
  readonly #topics = new Map<string, Topic>();
  /** Under which name each market has topics. */
  readonly #slugs = new Map<number, string>();
  readonly #accounts = new Map<string, Topic>();
  readonly #connections = new Set<Connection>();
  readonly #tape = new TickerTape();
  readonly #candles: CandleTape;

  constructor(deps: StreamHubDeps) {
    this.#candles = new CandleTape(deps.readCandles);
    this.#mirror = deps.mirror;
    this.#engine = deps.engine;
    this.#budget = new FrameBudget({
      maxFramesPerStream: deps.replayFrames,
      maxBytes: MAX_LOG_BYTES,
      maxFrames: MAX_LOG_FRAMES,
    });
  }

  connected(connection: Connection): void {
    this.#connections.add(connection);
  }

  connections(): Iterable<Connection> {
    return this.#connections;
  }

  topic(stream: string, account: Address | null): Topic | null {
    if (stream === "account") return account === null ? null : this.#accountTopic(account);
    if (stream === "markets") {
      return this.#publicTopic(stream, null, this.#mirror.marketsSeq, () =>
        marketsSnapshot(this.#mirror),
      );
    }
    if (stream === "exchange") {
      return this.#publicTopic(stream, null, this.#mirror.exchangeSeq, () =>
        exchangeSnapshot(this.#mirror),
      );
    }
    const name = parseMarketStream(stream);
    const market = name && this.#mirror.bySlug(name.slug);
    if (!name || !market) return null;
    if (name.kind === "candles") return this.#candlesTopic(market, name.interval);
    if (name.kind === "book") return this.#bookTopic(market);
    return name.kind === "trades" ? this.#tradesTopic(market) : this.#tickerTopic(market);
  }

  join(connection: Connection, topic: Topic, id: FrameId): void {
    connection.subscribed(topic.join(connection, id));
  }

  resume(connection: Connection, topic: Topic, after: number, id: FrameId): void {
    connection.subscribed(topic.resume(connection, after, id));
  }

  leave(connection: Connection, stream: string): boolean {
    if (!connection.unsubscribed(stream)) return false;
    const account = connection.session?.session.account ?? null;
    this.#existing(stream, account)?.leave(connection);
    return true;
  }

  leaveAll(connection: Connection): void {
    for (const stream of [...connection.subscriptions.keys()]) this.leave(connection, stream);
    this.#connections.delete(connection);
  }

  endSession(id: string): void {
    for (const connection of this.#connections) {
      const own = connection.session?.session;
      if (own?.id !== id) continue;
      if (this.leave(connection, "account")) {
        connection.sendError(endedBy(own), { stream: "account" });
      }
      connection.session = null;
    }
  }

  applied(events: readonly EngineEvent[], seq: number): void {
    const touched = new Set<MirroredMarket>();
    // Before all frames: the mirror has all names of the batch already.
    this.#repoint(this.#topicsRenamed(events));
    for (const event of events) {
      if (event.type === "account") this.#publishAccount(event);
      else if (event.type === "market")
        this.#publish(this.topic("markets", null), "markets", event);
      else if (event.type === "exchange")
        this.#publish(this.topic("exchange", null), "exchange", event);
      else {
        const market = this.#mirror.market(event.marketId);
        if (!market) continue;
        touched.add(market);
        const topic = event.type === "book" ? this.#bookTopic(market) : this.#tradesTopic(market);
        this.#publish(topic, topic.stream, event);
        if (event.type === "trade") this.#publishCandles(market, event.fill);
      }
    }
    for (const market of touched) this.#publishTicker(market, seq);
  }

  /** After a new snapshot nothing is known of the frames in between. */
  reset(): void {
    this.#tape.clear();
    this.#candles.clear();
    const moved = this.#repoint(this.#topics.values());
    for (const topic of this.#topics.values()) {
      if (!moved.has(topic)) topic.restart(this.#standOf(topic.stream));
    }
    for (const topic of this.#accounts.values()) topic.restart(UNKNOWN_STAND);
    for (const [account, topic] of this.#accounts) {
      if (topic.readerCount === 0) this.#accounts.delete(account);
    }
  }

  #standOf(stream: string): number {
    if (stream === "markets") return this.#mirror.marketsSeq;
    if (stream === "exchange") return this.#mirror.exchangeSeq;
    const name = parseMarketStream(stream);
    const market = name && this.#mirror.bySlug(name.slug);
    if (!name || !market) return 0;
    if (name.kind === "book") return market.book.seq;
    if (name.kind === "candles") return UNKNOWN_STAND;
    return name.kind === "trades" ? market.tradeSeq : this.#mirror.seq;
  }

  #existing(stream: string, account: Address | null): Topic | undefined {
    if (stream !== "account") return this.#topics.get(stream);
    return account === null ? undefined : this.#accounts.get(account);
  }

  #publicTopic(stream: string, market: MarketView | null, seq: number, read: ReadSnapshot): Topic {
    const known = this.#topics.get(stream);
    if (known) return known;
    const log = new StreamLog(this.#budget, seq);
    const marketId = market?.marketId ?? null;
    const topic = new Topic({ stream, marketId, log, readSnapshot: read });
    this.#topics.set(stream, topic);
    if (market) this.#slugs.set(market.marketId, market.slug);
    return topic;
  }

  /** A reorganisation may have given a market another's name: the topics of old names and new. */
  #topicsRenamed(events: readonly EngineEvent[]): Set<Topic> {
    const topics = new Set<Topic>();
    for (const event of events) {
      if (event.type !== "market") continue;
      const { marketId, slug } = event.market;
      const before = this.#slugs.get(marketId);
      if (before !== undefined) this.#slugs.set(marketId, slug);
      for (const stream of [slug, before ?? slug].flatMap(marketStreams)) {
        const topic = this.#topics.get(stream);
        if (topic) topics.add(topic);
      }
    }
    return topics;
  }

  /** Makes topics follow the market that has their name now; gives those that followed another. */
  #repoint(topics: Iterable<Topic>): Set<Topic> {
    const moved = new Set<Topic>();
    for (const topic of topics) {
      const name = parseMarketStream(topic.stream);
      if (!name || topic.marketId === this.#idOf(name.slug)) continue;
      moved.add(topic);
      if (name.kind === "candles" && topic.marketId !== null) {
        this.#candles.forget(topic.marketId, name.interval);
      }
    }
    // Once all old series are forgotten: two markets may have exchanged their names.
    for (const topic of moved) {
      const slug = parseMarketStream(topic.stream)?.slug ?? "";
      const marketId = this.#idOf(slug);
      if (marketId !== null) this.#slugs.set(marketId, slug);
      topic.follow(marketId, this.#standOf(topic.stream));
    }
    return moved;
  }

  #idOf(slug: string): number | null {
    return this.#mirror.bySlug(slug)?.view.marketId ?? null;
  }

  #bookTopic({ view, book }: MirroredMarket): Topic {
    const read = async () => bookSnapshot(this.#mirror, this.#named(view.slug));
    return this.#publicTopic(`book:${view.slug}`, view, book.seq, read);
  }

  #tradesTopic({ view, tradeSeq }: MirroredMarket): Topic {
    const read = async () => tradesSnapshot(this.#mirror, this.#named(view.slug));
    return this.#publicTopic(`trades:${view.slug}`, view, tradeSeq, read);
  }

  #tickerTopic({ view }: MirroredMarket): Topic {
    const stream = `ticker:${view.slug}`;
    const read = async () => {
      const seq = this.#topics.get(stream)?.log.lastSeq ?? 0;
      return tickerSnapshot(this.#mirror, this.#named(view.slug), seq);
    };
    return this.#publicTopic(stream, view, this.#mirror.seq, read);
  }

  #candlesTopic({ view }: MirroredMarket, interval: CandleInterval): Topic {
    const stream = `candles:${view.slug}:${interval}`;
    const read = async () => {
      const marketId = this.#named(view.slug);
      const snapshot = await candlesSnapshot(this.#mirror, this.#candles, marketId, interval);
      const isItsOwn = topic.marketId === marketId;
      if (isItsOwn && topic.log.lastSeq !== snapshot.seq) topic.log.reset(snapshot.seq);
      return snapshot;
    };
    const topic = this.#publicTopic(stream, view, UNKNOWN_STAND, read);
    return topic;
  }

  /** The market of that name. @throws ApiProblem `stream_unknown` */
  #named(slug: string): number {
    const marketId = this.#idOf(slug);
    if (marketId === null) throw new ApiProblem("stream_unknown");
    return marketId;
  }

  /** A candle for each width that has readers; one without is forgotten, with its log. */
  #publishCandles({ view }: MirroredMarket, fill: FillView): void {
    for (const interval of INTERVALS) {
      const stream = `candles:${view.slug}:${interval}`;
      const topic = this.#topics.get(stream);
      if (!topic) continue;
      if (topic.readerCount === 0) {
        this.#candles.forget(view.marketId, interval);
        topic.log.reset(UNKNOWN_STAND);
        this.#topics.delete(stream);
        continue;
      }
      const candle = this.#candles.take(fill, interval);
      if (candle === null) continue;
      const numbers = { seq: fill.tradeSeq, prev: fill.tradeSeq - 1 };
      const { marketId } = view;
      const frame = { type: "candle", ...numbers, marketId, interval, candle };
      topic.publish(new LazyFrame(frame, stream));
    }
  }

  #accountTopic(account: Address): Topic {
    const known = this.#accounts.get(account);
    if (known) return known;
    if (this.#accounts.size >= MAX_ACCOUNT_TOPICS) this.#dropIdleAccounts();
    const read = () => accountSnapshot(this.#engine, account);
    const log = new StreamLog(this.#budget, UNKNOWN_STAND);
    const topic = new Topic({ stream: "account", marketId: null, log, readSnapshot: read });
    this.#accounts.set(account, topic);
    return topic;
  }

  /** Makes room: the eldest half of the accounts that nobody reads. */
  #dropIdleAccounts(): void {
    let toDrop = MAX_ACCOUNT_TOPICS / 2;
    for (const [account, topic] of this.#accounts) {
      if (toDrop === 0) return;
      if (topic.readerCount > 0) continue;
      topic.log.reset(UNKNOWN_STAND);
      this.#accounts.delete(account);
      toDrop -= 1;
    }
  }

  #publish(topic: Topic | null, stream: string, event: Exclude<EngineEvent, AccountEvent>): void {
    if (!topic) return;
    // A topic that is born with its first event stands before it, not after.
    if (topic.log.lastSeq >= event.seq) topic.log.reset(event.prev);
    topic.publish(new LazyFrame(event, stream));
  }

  #publishAccount(event: AccountEvent): void {
    const topic = this.#accountTopic(event.account);
    if (topic.log.lastSeq !== event.prev) {
      if (event.seq <= topic.log.lastSeq) return;
      topic.log.reset(event.prev);
    }
    topic.publish(new LazyFrame(event, "account"));
  }

  #publishTicker(market: MirroredMarket, seq: number): void {
    const topic = this.#tickerTopic(market);
    const ticker = tickerOf(market);
    if (!this.#tape.changed(ticker)) return;
    if (topic.log.lastSeq >= seq) topic.log.reset(seq - 1);
    const prev = topic.log.lastSeq;
    const frame = { type: "ticker", seq, prev, ticker };
    topic.publish(new LazyFrame(frame, topic.stream));
  }
}

/** The streams that a market of that name has. */
function marketStreams(slug: string): string[] {
  const candles = INTERVALS.map((interval) => `candles:${slug}:${interval}`);
  return [`book:${slug}`, `trades:${slug}`, `ticker:${slug}`, ...candles];
}

function endedBy({ credential, expiresAtMs }: Session): ErrorCode {
  if (credential === "session") return "session_expired";
  return expiresAtMs !== null && expiresAtMs <= Date.now() ? "api_key_expired" : "api_key_revoked";
}

/** The hub of one api process. */
export function createStreamHub(deps: StreamHubDeps): StreamHub {
  return new Hub(deps);
}
