import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "mocha";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { CcxtAdapter } from "../../examples/ccxt/ccxt-adapter.ts";
import type { Market } from "../../protocol/wire/market.ts";
import { pollUntil } from "../../scripts/demo/poll-until.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { isAgonError } from "../../sdk/index.ts";
import { sharedExchange } from "./shared-exchange.ts";
import { DEADLINE_MS, funded, openMarket, type Trader } from "./trader.ts";

const PAGE = readFileSync(new URL("../../docs/ccxt.md", import.meta.url), "utf8");
const START_TIMEOUT_MS = 120_000;
const TEST_TIMEOUT_MS = 90_000;

/** The rows of a section's table: field → from where; `—` stands for what is never filled. */
function tableOf(section: string): Map<string, string> {
  const text = PAGE.split(/^## /m).find((part) => part.startsWith(`${section}\n`)) ?? "";
  const rows = [...text.matchAll(/^\| `(\w+)` \| (.+?) \|$/gm)];
  return new Map(rows.map(([, field = "", from = ""]) => [field, from]));
}

const NAMES = [...tableOf("Names").keys()];

/**
 * Holds structures against their table: the same fields, those of a dash never filled, the others
 * filled in at least one of the structures, but for what only comes with a resolution.
 */
function matchesTable(section: string, structures: object[], { names = true } = {}): void {
  const table = tableOf(section);
  assert.ok(table.size > 4, section);
  assert.ok(structures.length > 0, section);
  const expected = [...table.keys(), ...(names ? NAMES : [])].sort();
  for (const structure of structures) assert.deepEqual(Object.keys(structure).sort(), expected);
  for (const [field, from] of table) {
    const values = structures.map((structure) => (structure as Record<string, unknown>)[field]);
    const isFilled = values.some((value) => value !== undefined);
    if (/before the resolution/.test(from)) continue;
    assert.equal(isFilled, !from.startsWith("—"), `${section}.${field}`);
    for (const value of values) assert.ok(!Number.isNaN(value), `${section}.${field}`);
  }
}

/** What `fetch` gives once the index, which follows the chain, has what `look` looks for. */
function indexed<T>(fetch: () => Promise<T>, look: (fetched: T) => unknown): Promise<T> {
  return pollUntil("the index has it", DEADLINE_MS, async () => {
    const fetched = await fetch();
    return look(fetched) === undefined ? null : fetched;
  });
}

describe("CCXT's methods on the SDK", () => {
  let exchange: RunningExchange;
  let market: Market;
  let handle: string;
  let yes: string;
  let no: string;
  let maker: CcxtAdapter;
  let taker: CcxtAdapter;
  const traders: Trader[] = [];

  async function adapter(): Promise<CcxtAdapter> {
    const signer = privateKeyToAccount(generatePrivateKey());
    traders.push(await funded(exchange, signer));
    return new CcxtAdapter({ url: exchange.apiUrl, signer });
  }

  before(async function startExchange() {
    this.timeout(START_TIMEOUT_MS);
    exchange = await sharedExchange();
    market = await openMarket(exchange);
    handle = market.slug.replaceAll("-", "_").toUpperCase();
    [yes, no] = [`${handle}:YES`, `${handle}:NO`];
    [maker, taker] = [await adapter(), await adapter()];
  });

  after(() => {
    for (const one of [maker, taker]) one?.close();
    for (const { client } of traders) client.close();
  });

  it("have a line on the page, each", () => {
    const told = [...tableOf("Methods").keys()];
    assert.equal(told.length, 20);
    for (const name of told)
      assert.equal(typeof maker[name as keyof CcxtAdapter], "function", name);
  });

  it("refuse what cannot be signed exactly, and outcomes that are not there", async () => {
    await assert.rejects(maker.createOrder(yes, "limit", "buy", 1, 0.3005), RangeError);
    await assert.rejects(maker.createOrder(yes, "limit", "buy", 1.005, 0.3), RangeError);
    await assert.rejects(maker.createOrder(yes, "limit", "buy", 1), /needs a price/);
    await assert.rejects(maker.fetchTicker("NOBODY:YES"), /no outcome/);
    await assert.rejects(maker.createOrder(yes, "limit", "buy", 1e6, 0.5), (error) =>
      isAgonError(error, "insufficient_cash"),
    );
    assert.throws(() => maker.setSandboxMode(true), /sandboxUrl/);
  });

  it("find events, markets and outcomes", async () => {
    const events = await indexed(
      () => maker.fetchEvents({ slug: market.slug }),
      ([event]) => event?.volume,
    );
    matchesTable("Event", events, { names: false });
    assert.deepEqual(await maker.fetchEvents({ query: "no such words" }), []);
    assert.equal(
      (await maker.fetchEvents({ query: "SDK drive", eventId: events[0]?.id ?? "" })).length,
      1,
    );
    const markets = await maker.fetchMarkets();
    matchesTable("Market", markets, { names: false });
    const [ours] = markets.filter(({ id }) => id === String(market.marketId));
    assert.deepEqual(
      ours?.outcomes.map(({ outcome, outcomeId }) => [outcome, outcomeId]),
      [
        [yes, String(market.marketId * 2 + 1)],
        [no, String(market.marketId * 2)],
      ],
    );
  });

  it("place, watch, fill, list and cancel orders, and tell what became of them", async function trade() {
    this.timeout(TEST_TIMEOUT_MS);
    const bought = { clientOrderId: "first", postOnly: true };
    const resting = await maker.createOrder(yes, "limit", "buy", 20, 0.3, bought);
    assert.deepEqual(
      [resting.status, resting.timeInForce, resting.price, resting.remaining, resting.average],
      ["open", "PO", 0.3, 20, undefined],
    );
    const far = { expiration: Date.now() + 3_600_000 };
    const others = [
      await maker.createOrder(no, "limit", "buy", 5, 0.6, far),
      await maker.createOrder(no, "limit", "buy", 5, 0.61),
    ];
    assert.deepEqual(
      others.map(({ timeInForce }) => timeInForce),
      ["GTD", "GTC"],
    );

    await maker.fetchBalance();
    const [orders, trades] = [maker.watchOrders(), maker.watchMyTrades()];
    const taken = await taker.createOrder(no, "market", "buy", 10);
    assert.deepEqual(
      [taken.status, taken.filled, taken.average, taken.cost, taken.trades.length],
      ["closed", 10, 0.7, 7, 1],
    );
    const [watched] = await orders;
    assert.deepEqual([watched?.id, watched?.filled, watched?.cost], [resting.id, 10, 3]);
    const [mine] = await trades;
    assert.deepEqual(
      [mine?.order, mine?.side, mine?.price, mine?.takerOrMaker, mine?.outcome],
      [resting.id, "buy", 0.3, "maker", yes],
    );

    const open = await maker.fetchOpenOrders(yes);
    assert.deepEqual(
      open.map(({ id, filled, remaining }) => [id, filled, remaining]),
      [[resting.id, 10, 10]],
    );
    matchesTable("Order", [...open, taken, await maker.fetchOrder(resting.id)]);
    const cancelled = await maker.cancelOrders(others.map(({ id }) => id));
    assert.deepEqual(
      cancelled.map(({ status }) => status),
      ["canceled", "canceled"],
    );
    assert.equal((await maker.fetchClosedOrders(no)).length, 2);
    assert.equal((await taker.fetchClosedOrders())[0]?.id, taken.id);
  });

  it("tell books, tickers, trades and candles of both outcomes", async function tell() {
    this.timeout(TEST_TIMEOUT_MS);
    await maker.createOrder(no, "limit", "buy", 4, 0.6);
    const books = [await taker.fetchOrderBook(yes), await taker.fetchOrderBook(no, 5)];
    matchesTable("Order book", books);
    assert.deepEqual([books[0]?.bids, books[0]?.asks], [[[0.3, 10]], [[0.4, 4]]]);
    assert.deepEqual([books[1]?.bids, books[1]?.asks], [[[0.6, 4]], [[0.7, 10]]]);

    const tickers = await taker.fetchTickers([yes, no]);
    const [ofYes, ofNo] = [tickers[yes], tickers[no]];
    assert.ok(ofYes && ofNo);
    matchesTable("Ticker", [ofYes, ofNo]);
    assert.deepEqual(await taker.fetchTicker(no), ofNo);
    assert.deepEqual([ofYes.bid, ofYes.ask, ofYes.last, ofYes.quoteVolume], [0.3, 0.4, 0.3, 3]);
    assert.deepEqual([ofNo.bid, ofNo.ask, ofNo.last, ofNo.quoteVolume], [0.6, 0.7, 0.7, 7]);
    assert.ok(yes in (await taker.fetchTickers()));

    const [ofNoTaken] = await taker.fetchTrades(no);
    const [ofYesGiven] = await taker.fetchTrades(yes);
    assert.deepEqual([ofNoTaken?.side, ofNoTaken?.price, ofNoTaken?.cost], ["buy", 0.7, 7]);
    assert.deepEqual([ofYesGiven?.side, ofYesGiven?.price, ofYesGiven?.cost], ["sell", 0.3, 3]);

    const [candle] = await indexed(
      () => taker.fetchOHLCV(no, "1m"),
      ([first]) => first,
    );
    assert.deepEqual(candle?.slice(1), [0.7, 0.7, 0.7, 0.7, 10]);
    const outcomes = (await taker.fetchMarkets()).flatMap((one) => one.outcomes);
    matchesTable("Outcome", outcomes);
  });

  it("tell own trades, the balance and positions", async function own() {
    this.timeout(TEST_TIMEOUT_MS);
    const [trader] = traders;
    const [order] = await maker.fetchOpenOrders(yes);
    await trader?.account.waitForSettlement(order?.id as `0x${string}`, DEADLINE_MS);
    const trades = [...(await maker.fetchMyTrades(yes)), ...(await taker.fetchMyTrades())];
    matchesTable("Trade", trades);
    assert.deepEqual(
      trades.map(({ side, outcome, price }) => [side, outcome, price]),
      [
        ["buy", yes, 0.3],
        ["buy", no, 0.7],
      ],
    );
    const balance = await maker.fetchBalance();
    matchesTable("Balance", [balance], { names: false });
    const [currency = ""] = Object.keys(balance.total);
    const { free, used, total } = balance;
    // 20 YES at 0.30, of which 10 are bought; 4 NO at 0.60 rest.
    assert.deepEqual([free[currency], used[currency], total[currency]], [191.6, 5.4, 197]);
    const positions = [
      ...(await indexed(
        () => maker.fetchPositions(),
        ([first]) => first?.realizedPnl,
      )),
      ...(await indexed(
        () => taker.fetchPositions([no]),
        ([first]) => first?.realizedPnl,
      )),
    ];
    matchesTable("Position", positions);
    assert.deepEqual(
      positions.map(({ outcome, contracts, entryPrice, notional }) => [
        outcome,
        contracts,
        entryPrice,
        notional,
      ]),
      [
        [yes, 10, 0.3, 3],
        [no, 10, 0.7, 7],
      ],
    );
  });

  it("follow the book, change by change", async () => {
    const first = await taker.watchOrderBook(yes);
    const next = taker.watchOrderBook(yes);
    const placed = await maker.createOrder(yes, "limit", "buy", 1, 0.05);
    assert.ok((await next).nonce > first.nonce);
    const last = taker.watchOrderBook(yes);
    assert.equal((await maker.cancelOrder(placed.id)).status, "canceled");
    assert.ok((await last).bids.every(([price]) => price !== 0.05));
  });

  it("lead to another exchange in sandbox mode", async () => {
    const url = "http://127.0.0.1:1";
    const retry = { maxAttempts: 1 };
    const both = new CcxtAdapter({ url, sandboxUrl: exchange.apiUrl, retry });
    await assert.rejects(both.fetchMarkets(), (error) => isAgonError(error, "network_failed"));
    both.setSandboxMode(true);
    assert.ok((await both.fetchMarkets()).length > 0);
    both.setSandboxMode(false);
    await assert.rejects(both.fetchMarkets(), (error) => isAgonError(error, "network_failed"));
  });
});
