import assert from "node:assert/strict";
import { bookChecksum } from "../../../protocol/book-checksum.ts";
import type { AccountEvent, BookEvent, EngineEvent } from "../../../protocol/engine/event.ts";
import type {
  BalanceView,
  BookLevel,
  MarketView,
  OrderView,
  PositionView,
} from "../../../protocol/engine/view.ts";

interface ReadAccount {
  balance: BalanceView | null;
  positions: Map<number, PositionView>;
  openOrders: Map<string, OrderView>;
}

type Levels = Map<number, number>;

/** A client that knows nothing but the streams: each event must follow the one before it. */
export class EventReader {
  readonly #seqs = new Map<string, number>();
  readonly #books = new Map<number, { bids: Levels; asks: Levels }>();
  readonly #markets = new Map<number, MarketView>();
  readonly #accounts = new Map<string, ReadAccount>();

  /** @throws AssertionError on a hole in the numbers or a wrong checksum. */
  read(event: EngineEvent): void {
    const stream = streamOf(event);
    assert.equal(event.prev, this.seq(stream), stream);
    assert.equal(event.seq, event.prev + 1, stream);
    this.#seqs.set(stream, event.seq);
    if (event.type === "book") this.#readBook(event);
    if (event.type === "market") this.#markets.set(event.market.marketId, event.market);
    if (event.type === "account") this.#readAccount(event);
  }

  seq(stream: string): number {
    return this.#seqs.get(stream) ?? 0;
  }

  book(marketId: number): { marketId: number; seq: number; bids: BookLevel[]; asks: BookLevel[] } {
    const { bids, asks } = this.#books.get(marketId) ?? { bids: new Map(), asks: new Map() };
    return {
      marketId,
      seq: this.seq(`book ${marketId}`),
      bids: [...bids].sort((a, b) => b[0] - a[0]),
      asks: [...asks].sort((a, b) => a[0] - b[0]),
    };
  }

  markets(): MarketView[] {
    return [...this.#markets.values()];
  }

  account(address: string): {
    balance: BalanceView | null;
    positions: PositionView[];
    openOrders: OrderView[];
  } {
    const { balance, positions, openOrders } = this.#accountOf(address);
    return {
      balance,
      positions: [...positions.values()],
      openOrders: [...openOrders.values()].sort((a, b) => a.hash.localeCompare(b.hash)),
    };
  }

  #readBook(event: BookEvent): void {
    const book = this.#books.get(event.marketId) ?? { bids: new Map(), asks: new Map() };
    this.#books.set(event.marketId, book);
    for (const side of ["bids", "asks"] as const) {
      for (const [price, lots] of event[side]) {
        if (lots === 0) assert.ok(book[side].delete(price), "a level that was there goes");
        else book[side].set(price, lots);
      }
    }
    const { bids, asks } = this.book(event.marketId);
    assert.equal(event.checksum, bookChecksum(bids, asks));
  }

  #readAccount({ account, change }: AccountEvent): void {
    const known = this.#accountOf(account);
    if (change.kind === "balance") known.balance = change.balance;
    if (change.kind === "position") known.positions.set(change.position.marketId, change.position);
    if (change.kind !== "order") return;
    const { hash, status } = change.order;
    if (status === "open" || status === "partially_filled")
      known.openOrders.set(hash, change.order);
    else known.openOrders.delete(hash);
  }

  #accountOf(address: string): ReadAccount {
    let account = this.#accounts.get(address);
    if (!account) {
      account = { balance: null, positions: new Map(), openOrders: new Map() };
      this.#accounts.set(address, account);
    }
    return account;
  }
}

function streamOf(event: EngineEvent): string {
  switch (event.type) {
    case "book":
      return `book ${event.marketId}`;
    case "trade":
      return `trades ${event.marketId}`;
    case "market":
      return "markets";
    case "exchange":
      return "exchange";
    case "account":
      return `account ${event.account}`;
  }
}
