import type { EngineEvent, EventBatch, ExchangeEvent } from "../../protocol/engine/event.ts";
import type { SnapshotReply } from "../../protocol/engine/request.ts";
import type { ExchangeView, FillView, MarketView } from "../../protocol/engine/view.ts";
import type { Ticker } from "../../protocol/wire/market.ts";
import { ApiProblem } from "../problem.ts";
import { BookMirror } from "./book-mirror.ts";
import { RecentTrades } from "./recent-trades.ts";

const RECENT_TRADES = 50;

/** One market with all that the mirror holds of it. */
export interface MirroredMarket {
  view: MarketView;
  book: BookMirror;
  /** Where its `trades` stream stands. */
  tradeSeq: number;
  trades: RecentTrades;
  /** The engine's time of the last change. */
  timeMs: number;
}

/** Why a batch of events could not be applied. */
export type MirrorFault = "gap" | "checksum" | "market_unknown";

/**
 * What the engine published, as of `seq`: markets, books and latest trades. Applied in order; an
 * event that is already in is skipped, one that leaves a hole is a fault, and mends by `reset`.
 */
export class ExchangeMirror {
  seq = 0;
  marketsSeq = 0;
  exchangeSeq = 0;
  exchange: ExchangeView = { phase: "cancel_only", phaseEndsAtMs: null, tradingPaused: false };
  #ready = false;
  readonly #markets = new Map<number, MirroredMarket>();
  readonly #idBySlug = new Map<string, number>();

  /** False until the first snapshot, and while a lost one is being fetched again. */
  get ready(): boolean {
    return this.#ready;
  }

  /** The engine is out of reach or a hole is being mended: reads say so instead of lying. */
  lose(): void {
    this.#ready = false;
  }

  /**
   * Takes a snapshot as the whole truth, with the trades on record. `isCurrent`: they were read when the record had
   * all that the snapshot has.
   */
  reset(snapshot: SnapshotReply, trades: readonly FillView[], isCurrent = false): void {
    const known = new Map(this.#markets);
    this.#markets.clear();
    this.#idBySlug.clear();
    const books = new Map(snapshot.books.map((book) => [book.marketId, book]));
    const tradeSeqs = new Map(snapshot.trades.map(({ marketId, seq }) => [marketId, seq]));
    const nowMs = Date.now();
    for (const view of snapshot.markets) {
      const { marketId } = view;
      const book = books.get(marketId) ?? { seq: 0, bids: [], asks: [], checksum: 0 };
      this.#add({
        view,
        book: new BookMirror(book),
        tradeSeq: tradeSeqs.get(marketId) ?? 0,
        trades: known.get(marketId)?.trades ?? new RecentTrades(RECENT_TRADES),
        timeMs: nowMs,
      });
    }
    for (const fill of trades) this.#putFill(fill, isCurrent);
    this.seq = snapshot.seq;
    this.marketsSeq = snapshot.marketsSeq;
    this.exchangeSeq = snapshot.exchangeSeq;
    this.exchange = snapshot.exchange;
    this.#ready = true;
  }

  /** Applies a batch. Returns the public events that were new, or the fault that stopped it. */
  apply(batch: EventBatch): EngineEvent[] | MirrorFault {
    const fresh: EngineEvent[] = [];
    const isNews = batch.seq > this.seq;
    for (const event of batch.events) {
      const outcome = this.#applyEvent(event, isNews);
      if (outcome === "applied") fresh.push(event);
      else if (outcome !== "known") return outcome;
    }
    if (batch.seq > this.seq) this.seq = batch.seq;
    return fresh;
  }

  #add(market: MirroredMarket): void {
    this.#markets.set(market.view.marketId, market);
    this.#idBySlug.set(market.view.slug, market.view.marketId);
  }

  #applyEvent(event: EngineEvent, isNews: boolean): "applied" | "known" | MirrorFault {
    if (event.type === "account") {
      // A public trade is told once, at its match; what became of it comes to its two owners.
      if (event.change.kind === "fill") this.#putFill(event.change.fill, isNews);
      return "applied";
    }
    if (event.type === "market")
      return this.#applyMarket(event.seq, event.prev, event.market, event.timeMs);
    if (event.type === "exchange") return this.#applyExchange(event);
    const market = this.#markets.get(event.marketId);
    if (!market) return "market_unknown";
    if (event.type === "trade") {
      market.trades.put(event.fill, isNews);
      if (event.seq <= market.tradeSeq) return "known";
      if (event.prev !== market.tradeSeq) return "gap";
      market.tradeSeq = event.seq;
      market.timeMs = event.fill.timeMs;
      return "applied";
    }
    if (event.seq <= market.book.seq) return "known";
    if (event.prev !== market.book.seq) return "gap";
    market.timeMs = event.timeMs;
    return market.book.apply(event) ? "applied" : "checksum";
  }

  #applyExchange({ seq, prev, exchange }: ExchangeEvent): "applied" | "known" | "gap" {
    if (seq <= this.exchangeSeq) return "known";
    if (prev !== this.exchangeSeq) return "gap";
    this.exchangeSeq = seq;
    this.exchange = exchange;
    return "applied";
  }

  #putFill(fill: FillView, isNews: boolean): void {
    this.#markets.get(fill.marketId)?.trades.put(fill, isNews);
  }

  #applyMarket(
    seq: number,
    prev: number,
    view: MarketView,
    timeMs: number,
  ): "applied" | "known" | "gap" {
    if (seq <= this.marketsSeq) return "known";
    if (prev !== this.marketsSeq) return "gap";
    this.marketsSeq = seq;
    const market = this.#markets.get(view.marketId);
    if (market) {
      this.#rename(market.view, view.slug);
      market.view = view;
      market.timeMs = timeMs;
    } else {
      const book = new BookMirror({ seq: 0, bids: [], asks: [], checksum: 0 });
      this.#add({ view, book, tradeSeq: 0, trades: new RecentTrades(RECENT_TRADES), timeMs });
    }
    return "applied";
  }

  /** A reorganisation may put another market in the place of one; the old slug may be another's by then. */
  #rename({ slug: before, marketId }: MarketView, slug: string): void {
    if (this.#idBySlug.get(before) === marketId) this.#idBySlug.delete(before);
    this.#idBySlug.set(slug, marketId);
  }

  /** All markets, newest first. */
  markets(): MirroredMarket[] {
    this.#assertReady();
    return [...this.#markets.values()].sort((a, b) => b.view.marketId - a.view.marketId);
  }

  market(marketId: number): MirroredMarket | null {
    return this.#markets.get(marketId) ?? null;
  }

  bySlug(slug: string): MirroredMarket | null {
    const id = this.#idBySlug.get(slug);
    return id === undefined ? null : this.market(id);
  }

  /** @throws ApiProblem `market_unknown`, or `engine_unavailable` before the first snapshot. */
  requireMarket(slug: string): MirroredMarket {
    this.#assertReady();
    const market = this.bySlug(slug);
    if (!market) throw new ApiProblem("market_unknown", { details: { slug } });
    return market;
  }

  #assertReady(): void {
    if (!this.#ready) throw new ApiProblem("engine_unavailable");
  }
}

/** The ticker of a market: its touch and its last trade. */
export function tickerOf(market: MirroredMarket): Ticker {
  const [bid] = market.book.bids(1);
  const [ask] = market.book.asks(1);
  const last = market.trades.last();
  return {
    marketId: market.view.marketId,
    slug: market.view.slug,
    bestBidTicks: bid?.[0] ?? null,
    bestBidLots: bid?.[1] ?? null,
    bestAskTicks: ask?.[0] ?? null,
    bestAskLots: ask?.[1] ?? null,
    lastYesPriceTicks: last?.yesPriceTicks ?? null,
    lastQuantityLots: last?.quantityLots ?? null,
    timeMs: market.timeMs,
  };
}
