import { erc20Abi, type Hex } from "viem";
import {
  type AgonClient,
  type BookState,
  type ConnectOptions,
  connect,
  type FillView,
  type LiveAccount,
  type LiveStream,
  type Market,
  type OrderParameters,
  type OrderView,
} from "../../sdk/index.ts";
import { decimalOf, moneyOf } from "./floats.ts";
import { type GroupName, namesOf, toEvents, toMarket } from "./markets.ts";
import { toOrder, toPublicTrade, toTrade } from "./orders.ts";
import { toPosition } from "./positions.ts";
import { toCandles, toOrderBook, toTicker } from "./quotes.ts";
import type {
  CcxtBalance,
  CcxtCandle,
  CcxtEvent,
  CcxtMarket,
  CcxtOrder,
  CcxtOrderBook,
  CcxtPosition,
  CcxtTicker,
  CcxtTrade,
} from "./structures.ts";

export interface CcxtOptions extends ConnectOptions {
  url: string;
  /** Where `setSandboxMode(true)` leads: an exchange with a faucet, as `npm start` is one. */
  sandboxUrl?: string;
}

export interface FetchEventsParams {
  query?: string;
  slug?: string;
  eventId?: string;
  status?: "active" | "closed" | "all";
  limit?: number;
}

export interface CreateOrderParams {
  timeInForce?: "GTC" | "GTD" | "FOK" | "IOC" | "PO";
  postOnly?: boolean;
  clientOrderId?: string;
  /** Unix milliseconds. */
  expiration?: number;
}

type Timeframe = NonNullable<Parameters<AgonClient["getCandles"]>[1]>["interval"];

interface Tradable {
  market: Market;
  label: "YES" | "NO";
}

const WATCH_MS = 3_600_000;
/** The worst price of each side: what a market order is ready to pay or to take. */
const WORST = { buy: "0.999", sell: "0.001" };
const TIMES = { GTC: "GTC", GTD: "GTD", FOK: "FOK", IOC: "FAK", PO: "POST_ONLY" } as const;

/**
 * Every method of CCXT's prediction-market surface on the SDK alone. docs/ccxt.md tells field by field
 * where each figure is from.
 */
export class CcxtAdapter {
  readonly #options: CcxtOptions;
  #isSandbox = false;
  #client: AgonClient | null = null;
  #account: LiveAccount | null = null;
  #currency = "";
  readonly #markets = new Map<number, Market>();
  readonly #tradables = new Map<string, Tradable>();
  readonly #books = new Map<string, LiveStream<BookState>>();

  constructor(options: CcxtOptions) {
    this.#options = options;
  }

  /** From the next call on, the other exchange; what was loaded of the first is forgotten. */
  setSandboxMode(enabled: boolean): void {
    if (enabled && this.#options.sandboxUrl === undefined) throw new Error("No sandboxUrl is set.");
    if (enabled !== this.#isSandbox) this.close();
    this.#isSandbox = enabled;
  }

  close(): void {
    this.#client?.close();
    this.#client = null;
    this.#account = null;
    this.#markets.clear();
    this.#tradables.clear();
    this.#books.clear();
  }

  /** Events: groups of exclusive markets, and markets by themselves. Words are searched for by the exchange. */
  async fetchEvents(params: FetchEventsParams = {}): Promise<CcxtEvent[]> {
    const { query, slug, eventId, status = "active", limit } = params;
    await this.#load();
    const found = query === undefined ? null : await this.#search(query);
    const groups = new Map<number, GroupName>();
    const client = await this.#connected();
    for await (const group of client.groups()) groups.set(group.groupId, group);
    const events = toEvents([...this.#markets.values()], this.#currency, groups);
    const isWanted = (event: CcxtEvent) =>
      (status === "all" || event.active === (status === "active")) &&
      (found === null || event.markets.some(({ id }) => found.has(id))) &&
      (slug === undefined || event.slug === slug) &&
      (eventId === undefined || event.id === eventId);
    return events.filter(isWanted).slice(0, limit);
  }

  async fetchMarkets(): Promise<CcxtMarket[]> {
    await this.#load();
    return [...this.#markets.values()].map((market) => toMarket(market, this.#currency));
  }

  async fetchOrderBook(outcome: string, limit?: number): Promise<CcxtOrderBook> {
    const { market, label } = await this.#tradable(outcome);
    const client = await this.#connected();
    const book = await client.getBook(market.slug, limit === undefined ? {} : { depth: limit });
    return toOrderBook(market, label, book);
  }

  async fetchTicker(outcome: string): Promise<CcxtTicker> {
    const { market, label } = await this.#tradable(outcome);
    const client = await this.#connected();
    return toTicker(market, label, await client.getTicker(market.slug));
  }

  async fetchTickers(outcomes?: string[]): Promise<Record<string, CcxtTicker>> {
    const wanted = await Promise.all(outcomes?.map((outcome) => this.#tradable(outcome)) ?? []);
    const slugs = [...new Set(wanted.map(({ market }) => market.slug))];
    const client = await this.#connected();
    await this.#loadOnce();
    const tickers: Record<string, CcxtTicker> = {};
    for await (const ticker of client.tickers(outcomes ? { markets: slugs } : { status: "open" })) {
      const market = await this.#market(ticker.marketId);
      for (const label of ["YES", "NO"] as const) {
        const one = toTicker(market, label, ticker);
        if (outcomes?.includes(one.outcome) ?? true) tickers[one.outcome] = one;
      }
    }
    return tickers;
  }

  async fetchTrades(outcome: string, since = 0, limit = 100): Promise<CcxtTrade[]> {
    const { market, label } = await this.#tradable(outcome);
    const client = await this.#connected();
    const trades: CcxtTrade[] = [];
    for await (const fill of client.trades(market.slug, { limit: Math.min(limit, 500) })) {
      if (trades.length === limit || fill.timeMs < since) break;
      trades.push(toPublicTrade(market, label, fill, this.#currency));
    }
    return trades.reverse();
  }

  async fetchOHLCV(
    outcome: string,
    timeframe: Timeframe = "1m",
    since?: number,
    limit?: number,
  ): Promise<CcxtCandle[]> {
    const { market, label } = await this.#tradable(outcome);
    const client = await this.#connected();
    const candles = await client.getCandles(market.slug, {
      interval: timeframe,
      ...(since === undefined ? {} : { from: Math.ceil(since / 1000) }),
      ...(limit === undefined ? {} : { limit }),
    });
    return toCandles(label, candles);
  }

  async createOrder(
    outcome: string,
    type: "limit" | "market",
    side: "buy" | "sell",
    amount: number,
    price?: number,
    params: CreateOrderParams = {},
  ): Promise<CcxtOrder> {
    const { market, label } = await this.#tradable(outcome);
    if (type === "limit" && price === undefined) throw new Error("A limit order needs a price.");
    const { clientOrderId, expiration } = params;
    const order: OrderParameters = {
      market,
      outcome: label,
      side: side === "buy" ? "BUY" : "SELL",
      price: type === "market" ? WORST[side] : decimalOf(price ?? Number.NaN, 3),
      quantity: decimalOf(amount, 2),
      timeInForce: type === "market" ? "FAK" : timeInForceOf(params),
      ...(clientOrderId === undefined ? {} : { clientId: clientOrderId }),
      ...(expiration === undefined ? {} : { expiry: Math.floor(expiration / 1000) }),
    };
    const client = await this.#connected();
    const placed = await client.placeOrder(order);
    return toOrder(market, placed.order, placed.fills, this.#currency);
  }

  async cancelOrder(id: string): Promise<CcxtOrder> {
    const client = await this.#signedIn();
    return this.#toOrder(await client.cancelOrder(id as Hex));
  }

  async cancelOrders(ids: string[]): Promise<CcxtOrder[]> {
    const client = await this.#signedIn();
    const cancelled: CcxtOrder[] = [];
    for (const result of await client.cancelListedOrders(ids as Hex[])) {
      if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.title}`);
      cancelled.push(await this.#toOrder(result.order));
    }
    return cancelled;
  }

  async fetchOrder(id: string): Promise<CcxtOrder> {
    const client = await this.#signedIn();
    const { order, fills } = await client.getOrder(id as Hex);
    return toOrder(await this.#market(order.order.marketId), order, fills, this.#currency);
  }

  fetchOpenOrders(outcome?: string, since = 0, limit = 100): Promise<CcxtOrder[]> {
    return this.#orders("open", outcome, since, limit);
  }

  fetchClosedOrders(outcome?: string, since = 0, limit = 100): Promise<CcxtOrder[]> {
    return this.#orders("closed", outcome, since, limit);
  }

  async fetchMyTrades(outcome?: string, since = 0, limit = 100): Promise<CcxtTrade[]> {
    const client = await this.#signedIn();
    const scope = outcome === undefined ? null : await this.#tradable(outcome);
    const trades: CcxtTrade[] = [];
    for await (const { fill, role } of client.fills(scope ? { market: scope.market.slug } : {})) {
      if (trades.length === limit || fill.timeMs < since) break;
      const trade = toTrade(await this.#market(fill.marketId), fill, role, this.#currency);
      if (scope === null || trade.label === scope.label) trades.push(trade);
    }
    return trades.reverse();
  }

  async fetchBalance(): Promise<CcxtBalance> {
    const client = await this.#signedIn();
    const balance = await client.getBalance();
    const free = BigInt(balance.availableMicro);
    const used = BigInt(balance.lockedMicro) + BigInt(balance.reservedMicro);
    const by = (micro: bigint) => ({ [this.#currency]: moneyOf(micro) });
    const times = { timestamp: undefined, datetime: undefined };
    return { free: by(free), used: by(used), total: by(free + used), ...times, info: balance };
  }

  /** One for each outcome that is held; long, since selling what one has not is buying the other. */
  async fetchPositions(outcomes?: string[]): Promise<CcxtPosition[]> {
    const client = await this.#signedIn();
    // What has been resolved meanwhile is told as such.
    await this.#load();
    const { account, positions } = await client.getPortfolio();
    const indexed = await client.getUserPositions(account).catch(() => []);
    const profits = new Map(indexed.map((one) => [one.marketId, one.realisedPnlMicro]));
    const held: CcxtPosition[] = [];
    for (const position of positions) {
      const market = await this.#market(position.marketId);
      for (const label of ["YES", "NO"] as const) {
        const one = toPosition(market, label, position, profits.get(position.marketId));
        if (one.contracts > 0 && (outcomes?.includes(one.outcome) ?? true)) held.push(one);
      }
    }
    return held;
  }

  /** The book after its next change; at the first call, the book. */
  async watchOrderBook(outcome: string): Promise<CcxtOrderBook> {
    const { market, label } = await this.#tradable(outcome);
    const client = await this.#connected();
    const known = this.#books.get(market.slug);
    const book = known ?? client.openBook(market.slug);
    this.#books.set(market.slug, book);
    const seq = known ? known.seq : -1;
    const state = await book.waitFor((next) => book.seq !== seq && next, WATCH_MS);
    return toOrderBook(market, label, { ...state, seq: book.seq });
  }

  /** The orders that changed since the call. */
  async watchOrders(): Promise<CcxtOrder[]> {
    const account = await this.#watched();
    const before = new Map(account.state.orders);
    const changed = await account.waitFor(
      ({ orders }) => news(before, orders, (one, other) => one.updatedAtMs === other.updatedAtMs),
      WATCH_MS,
    );
    return Promise.all(changed.map((order) => this.#toOrder(order)));
  }

  /** The fills that were matched since the call. */
  async watchMyTrades(): Promise<CcxtTrade[]> {
    const account = await this.#watched();
    const before = new Map(account.state.fills);
    const fills = await account.waitFor((state) => news(before, state.fills, () => true), WATCH_MS);
    const own = account.state.account;
    return Promise.all(
      fills.map(async (fill: FillView) =>
        toTrade(
          await this.#market(fill.marketId),
          fill,
          fill.taker === own ? "taker" : "maker",
          this.#currency,
        ),
      ),
    );
  }

  async #connected(): Promise<AgonClient> {
    if (this.#client) return this.#client;
    const { url, sandboxUrl = url, ...options } = this.#options;
    const client = await connect(this.#isSandbox ? sandboxUrl : url, options);
    const { address } = client.exchange.contracts.collateral;
    const symbol = { address, abi: erc20Abi, functionName: "symbol" } as const;
    this.#currency = (await client.chain?.reader.readContract(symbol)) ?? "USDC";
    this.#client = client;
    return client;
  }

  async #signedIn(): Promise<AgonClient> {
    const client = await this.#connected();
    if (this.#account || this.#options.apiKey !== undefined) return client;
    await client.signIn();
    this.#account = client.openAccount();
    return client;
  }

  async #watched(): Promise<LiveAccount> {
    const client = await this.#signedIn();
    this.#account ??= client.openAccount();
    await this.#account.ready();
    return this.#account;
  }

  async #load(): Promise<void> {
    const client = await this.#connected();
    for await (const market of client.markets({ limit: 500 })) this.#put(market);
  }

  /** The ids of the markets that have all the words. */
  async #search(words: string): Promise<Set<string>> {
    const client = await this.#connected();
    const ids = new Set<string>();
    for await (const { marketId } of client.markets({ search: words })) ids.add(String(marketId));
    return ids;
  }

  async #loadOnce(): Promise<void> {
    if (this.#markets.size === 0) await this.#load();
  }

  #put(market: Market): Market {
    this.#markets.set(market.marketId, market);
    for (const label of ["YES", "NO"] as const) {
      const { outcome, outcomeId } = namesOf(market, label);
      this.#tradables.set(outcome, { market, label });
      this.#tradables.set(outcomeId, { market, label });
    }
    return market;
  }

  async #tradable(outcome: string): Promise<Tradable> {
    await this.#loadOnce();
    const found = this.#tradables.get(outcome);
    if (!found) throw new Error(`There is no outcome ${outcome}: see fetchMarkets().`);
    return found;
  }

  async #market(marketId: number): Promise<Market> {
    if (!this.#markets.has(marketId)) await this.#load();
    const market = this.#markets.get(marketId);
    if (!market) throw new Error(`There is no market ${marketId}.`);
    return market;
  }

  /** A list tells no fills; an order that has some is asked for once more. */
  async #toOrder(view: OrderView): Promise<CcxtOrder> {
    if (view.filledLots > 0) return this.fetchOrder(view.hash);
    return toOrder(await this.#market(view.order.marketId), view, [], this.#currency);
  }

  async #orders(
    status: "open" | "closed",
    outcome: string | undefined,
    since: number,
    limit: number,
  ): Promise<CcxtOrder[]> {
    const client = await this.#signedIn();
    const scope = outcome === undefined ? null : await this.#tradable(outcome);
    const query = scope ? { market: scope.market.slug } : {};
    const found: CcxtOrder[] = [];
    for await (const view of client.orders({ ...query, status })) {
      if (found.length === limit || view.createdAtMs < since) break;
      const isWanted = scope === null || (view.order.outcome === 1) === (scope.label === "YES");
      if (isWanted) found.push(await this.#toOrder(view));
    }
    return found.reverse();
  }
}

function timeInForceOf({ timeInForce = "GTC", postOnly = false, expiration }: CreateOrderParams) {
  const isPostOnly = postOnly || timeInForce === "PO";
  if (isPostOnly) return expiration === undefined ? "POST_ONLY" : "POST_ONLY_GTD";
  return expiration !== undefined && timeInForce === "GTC" ? "GTD" : TIMES[timeInForce];
}

/** What is new or not `same` as before; false when nothing is. */
function news<Key, Value>(
  before: ReadonlyMap<Key, Value>,
  now: ReadonlyMap<Key, Value>,
  same: (one: Value, other: Value) => boolean,
): Value[] | false {
  const fresh = [...now].flatMap(([key, value]) => {
    const old = before.get(key);
    return old !== undefined && same(old, value) ? [] : [value];
  });
  return fresh.length > 0 && fresh;
}
