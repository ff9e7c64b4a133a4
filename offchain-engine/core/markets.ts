import type { MarketView } from "../../protocol/engine/view.ts";
import { PRICE_SCALE } from "../../protocol/units.ts";
import { Book } from "./book.ts";
import type { OrderPool } from "./order-pool.ts";

/** A market with its book and the counters of its streams. */
export interface MarketRecord {
  readonly index: number;
  readonly view: MarketView;
  readonly book: Book;
  bookSeq: number;
  tradeSeq: number;
  /** What a YES share counts as worth: the payout once final, else the last trade, else the middle. */
  markYesTicks: number;
  /** Pairs made by fills less pairs merged by fills, lots. */
  mintedLots: number;
  /** The part of the above that simulated batches moved on the mirror. */
  simulatedMintedLots: number;
  /** Shares that came into escrow otherwise (splits, imports) less those that left it. */
  yesInflowLots: number;
  noInflowLots: number;
}

/** Interns market ids: inside, a market is its index. */
export class Markets {
  readonly records: MarketRecord[] = [];
  readonly #indices = new Map<number, number>();
  readonly #pool: OrderPool;

  constructor(pool: OrderPool) {
    this.#pool = pool;
  }

  find(marketId: number): MarketRecord | undefined {
    const index = this.#indices.get(marketId);
    return index === undefined ? undefined : this.records[index];
  }

  get(index: number): MarketRecord {
    return this.records[index] as MarketRecord;
  }

  add(view: MarketView): MarketRecord {
    const record: MarketRecord = {
      index: this.records.length,
      view,
      book: new Book(this.#pool),
      bookSeq: 0,
      tradeSeq: 0,
      markYesTicks: PRICE_SCALE / 2,
      mintedLots: 0,
      simulatedMintedLots: 0,
      yesInflowLots: 0,
      noInflowLots: 0,
    };
    this.records.push(record);
    this.#indices.set(view.marketId, record.index);
    return record;
  }
}
