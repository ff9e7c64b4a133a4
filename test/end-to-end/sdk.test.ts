import assert from "node:assert/strict";
import { JsonRpcProvider, Wallet } from "ethers";
import { after, before, beforeEach, describe, it } from "mocha";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import type { Market } from "../../protocol/wire/market.ts";
import { pollUntil } from "../../scripts/demo/poll-until.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { connect, isAgonError } from "../../sdk/index.ts";
import { browserWallet } from "./browser-wallet.ts";
import { sharedExchange } from "./shared-exchange.ts";
import {
  DEADLINE_MS,
  DEPOSIT_MICRO,
  ethersSigner,
  funded,
  newcomer,
  openMarket,
  type Trader,
} from "./trader.ts";

const START_TIMEOUT_MS = 120_000;

function fails(code: Parameters<typeof isAgonError>[1]) {
  return (error: unknown) => {
    if (!isAgonError(error, code)) throw error;
    return true;
  };
}

/** The contract's own error. */
function revertedWith(name: string) {
  return (error: unknown) => {
    if (!isAgonError(error, "transaction_reverted")) throw error;
    assert.equal(error.details["error"], name);
    return true;
  };
}

describe("the sdk against the whole exchange", () => {
  let exchange: RunningExchange;
  let market: Market;
  const traders: Trader[] = [];

  before(async function startExchange() {
    this.timeout(START_TIMEOUT_MS);
    exchange = await sharedExchange();
  });

  // A book of its own for each test: what one leaves resting would meet another's orders.
  beforeEach(async () => {
    market = await openMarket(exchange);
  });

  after(() => {
    for (const { client } of traders) client.close();
  });

  async function enter(trader: Promise<Trader>): Promise<Trader> {
    traders.push(await trader);
    return trader;
  }

  const bid = (price: number, quantity: number) =>
    ({ market, outcome: "YES", side: "BUY", price, quantity }) as const;

  it("tells a revert by the contract's own error, before gas is spent", async () => {
    const { client } = await enter(funded(exchange));
    await assert.rejects(client.executeWithdrawal(), revertedWith("NothingRequested"));
  });

  it("tells that a release covers settled, free funds only", async () => {
    const { client } = await enter(funded(exchange));
    await client.placeOrder(bid(500, 100));
    await assert.rejects(client.withdraw(DEPOSIT_MICRO), fails("release_exceeds_settled"));
  });

  it("tells that the exchange does not know the market", async () => {
    const { client } = await enter(newcomer(exchange));
    const order = { ...bid(500, 100), market: "no-such-market" };
    await assert.rejects(client.placeOrder(order), fails("market_unknown"));
  });

  it("takes one signed order once, however often it is sent", async () => {
    const { client } = await enter(funded(exchange));
    const signed = await client.signOrder({ ...bid(100, 1_000), clientId: "only-once" });
    const replies = await Promise.all([1, 2, 3].map(() => client.placeOrder(signed)));
    assert.deepEqual(new Set(replies.map(({ order }) => order.hash)), new Set([signed.hash]));
    assert.equal(replies.filter(({ repeated }) => !repeated).length, 1);
    const { items } = await client.listOrders({ status: "open" });
    assert.equal(items.length, 1);
    const found = await client.getOrderByClientId("only-once");
    assert.equal(found.order.hash, signed.hash);
  });

  it("places a batch, in which a refusal does not touch its neighbours", async () => {
    const { client } = await enter(funded(exchange, ethersSigner()));
    const results = await client.placeOrders([bid(90, 100), bid(999, 90_000_000), bid(80, 100)]);
    assert.deepEqual(
      results.map((result) => (result.ok ? result.order.status : result.problem.code)),
      ["open", "insufficient_cash", "open"],
    );
    const cancelled = await client.cancelOrders({ market: market.slug });
    assert.equal(cancelled.length, 2);
    assert.equal((await client.getBalance()).availableMicro, DEPOSIT_MICRO.toString());
  });

  it("amends an order by signing its nonce again", async () => {
    const { client } = await enter(funded(exchange));
    const first = await client.placeOrder(bid(70, 1_000));
    const second = await client.placeOrder({ ...bid(75, 2_000), replaces: first.order });
    assert.equal(second.order.order.nonce, first.order.order.nonce);
    const { order } = await client.getOrder(first.order.hash);
    assert.equal(order.cancelReason, "replaced");
    await client.cancelOrder(second.order.hash);
  });

  it("checks an order without placing it", async () => {
    const { client } = await enter(funded(exchange));
    const signed = await client.signOrder(bid(500, 90_000_000));
    const check = await client.checkOrder(signed);
    assert.equal(check.orderHash, signed.hash);
    assert.equal(check.recoveredSigner?.toLowerCase(), client.address?.toLowerCase());
    assert.deepEqual(
      check.problems.map(({ code }) => code),
      ["insufficient_cash"],
    );
    await assert.rejects(client.getOrder(signed.hash), fails("order_unknown"));
  });

  it("trades for an account as its delegate, until that is taken back", async () => {
    const owner = await enter(funded(exchange));
    const bot = privateKeyToAccount(generatePrivateKey());
    const client = await connect(exchange.apiUrl, { signer: bot });
    const order = { ...bid(60, 100), maker: owner.client.address ?? assert.fail() };
    await assert.rejects(client.placeOrder(order), fails("signature_invalid"));
    await owner.client.addDelegate(bot.address);
    // No stream of the bot's tells when the engine has taken the delegation in.
    const placed = await pollUntil("the delegate is accepted", DEADLINE_MS, () =>
      client.placeOrder(order),
    );
    await owner.account.waitFor(({ orders }) => orders.has(placed.order.hash), DEADLINE_MS);
    await owner.client.removeDelegate(bot.address);
    const ended = await owner.account.waitForOrderEnd(placed.order.hash, DEADLINE_MS);
    assert.equal(ended.cancelReason, "delegate_removed");
    await assert.rejects(client.placeOrder(order), fails("signature_invalid"));
  });

  it("trades and follows its account with an API key, until that is revoked", async () => {
    const owner = await enter(funded(exchange));
    const { key, token } = await owner.client.createApiKey({
      name: "bot",
      scopes: ["read", "trade"],
    });
    const bot = await connect(exchange.apiUrl, { apiKey: token });
    const account = bot.openAccount();
    await account.ready();
    const { order } = await owner.client.placeOrder(bid(65, 100));
    await account.waitFor(({ orders }) => orders.has(order.hash), DEADLINE_MS);
    const [cancelled, unknown] = await bot.cancelListedOrders([order.hash, `0x${"9".repeat(64)}`]);
    assert.equal(cancelled?.ok && cancelled.order.status, "cancelled");
    assert.equal(!unknown?.ok && unknown?.problem.code, "order_unknown");
    await assert.rejects(bot.listApiKeys(), fails("scope_insufficient"));
    await owner.client.revokeApiKey(key.id);
    await assert.rejects(
      account.waitFor(() => false, DEADLINE_MS),
      fails("api_key_revoked"),
    );
    await assert.rejects(bot.getBalance(), fails("unauthenticated"));
    assert.deepEqual(await owner.client.listApiKeys(), []);
    bot.close();
  });

  it("goes on with a new token after the session was refreshed, and ends a session elsewhere", async () => {
    const { client } = await enter(funded(exchange));
    const { token } = await client.refreshSession();
    assert.equal((await client.getBalance()).availableMicro, DEPOSIT_MICRO.toString());
    const { items, currentId } = await client.listSessions();
    assert.deepEqual(
      items.map(({ id }) => id),
      [currentId],
    );
    await client.endSession(currentId);
    await assert.rejects(client.getBalance(), fails("unauthenticated"));
    assert.ok(token.length > 0);
  });

  it("walks over all of an account's orders and fills, page by page", async () => {
    const maker = await enter(funded(exchange));
    const taker = await enter(funded(exchange));
    const placed: string[] = [];
    for (const price of [301, 302, 303]) {
      placed.push((await maker.client.placeOrder(bid(price, 100))).order.hash);
    }
    const crossing = { market, outcome: "NO", side: "BUY", price: 699, quantity: 300 } as const;
    const { order } = await taker.client.placeOrder(crossing);
    const live = maker.client.openCandles(market.slug, "1d");
    const { candles } = await live.ready();
    assert.equal(candles.at(-1)?.closeTicks, 301);
    live.close();
    const orders: string[] = [];
    for await (const { hash } of maker.client.orders({ limit: 1 })) orders.push(hash);
    assert.deepEqual(orders, placed.reverse());
    const prices: number[] = [];
    for await (const { fill, role } of taker.client.fills({ limit: 1, market: market.slug })) {
      assert.deepEqual([role, fill.takerHash], ["taker", order.hash]);
      prices.push(fill.yesPriceTicks);
    }
    assert.deepEqual(prices, [301, 302, 303]);
    const ticker = await taker.client.tickers({ markets: [market.slug] }).next();
    assert.equal(ticker.value?.volumeMicro24h, String((301 + 302 + 303) * 100 * 10));
  });

  it("tells how the exchange is", async () => {
    const { client } = await enter(newcomer(exchange));
    const health = await client.getHealth("detailed");
    assert.equal(health.engine.status, "healthy");
    assert.equal((await client.getHealth("ready")).ready, true);
    assert.equal((await client.getExchange()).chainId, client.exchange.chainId);
  });

  it("voids all earlier orders by the cancel floor, and goes on above it", async () => {
    const { client, account } = await enter(funded(exchange));
    const { order } = await client.placeOrder(bid(55, 100));
    await client.raiseCancelFloor(BigInt(order.order.nonce) + 1n);
    const ended = await account.waitForOrderEnd(order.hash, DEADLINE_MS);
    assert.equal(ended.cancelReason, "cancel_floor");
    const next = await client.placeOrder(bid(55, 100));
    assert.ok(BigInt(next.order.order.nonce) > BigInt(order.order.nonce));
    await client.cancelOrder(next.order.hash);
  });

  it("ends an order on chain by its nonce, at the engine at once, in the contract after the delay", async () => {
    const { client, account } = await enter(funded(exchange));
    const { order } = await client.placeOrder(bid(45, 100));
    const nonces = [BigInt(order.order.nonce)];
    await assert.rejects(client.finalizeCancel({ nonces }), revertedWith("NothingRequested"));
    await client.requestCancel(nonces);
    const ended = await account.waitForOrderEnd(order.hash, DEADLINE_MS);
    assert.equal(ended.cancelReason, "user");
    await assert.rejects(client.finalizeCancel({ nonces }), revertedWith("TooEarly"));
    const again = { ...bid(46, 100), replaces: order };
    await assert.rejects(client.placeOrder(again), fails("order_not_open"));
  });

  it("tells which markets are not of one group, before gas is spent", async () => {
    const { client } = await enter(newcomer(exchange));
    const unknown = market.marketId + 1_000_000;
    for (const convert of [client.convertNo, client.convertYes]) {
      for (const markets of [[], [market.slug], [market.marketId, unknown]]) {
        await assert.rejects(convert({ markets, quantity: "1" }), fails("markets_not_grouped"));
      }
      for (const markets of [[unknown], ["no-such-market"]]) {
        await assert.rejects(convert({ markets, quantity: "1" }), fails("market_unknown"));
      }
    }
  });

  it("reserves what is asked out the slow way, and frees it when that is taken back", async () => {
    const { client, account } = await enter(funded(exchange));
    await client.requestWithdrawal("50");
    await account.waitFor(({ balance }) => balance.reservedMicro === "50000000", DEADLINE_MS);
    await assert.rejects(client.executeWithdrawal(), revertedWith("TooEarly"));
    await client.cancelWithdrawal();
    await account.waitForAvailable(DEPOSIT_MICRO, DEADLINE_MS);
  });

  it("takes shares out as tokens, or thinks better of it, and back in, where they sell", async () => {
    const maker = await enter(funded(exchange));
    const taker = await enter(funded(exchange, ethersSigner()));
    const resting = await maker.client.placeOrder(bid(400, 500));
    const crossing = { market, outcome: "NO", side: "BUY", price: 600, quantity: 500 } as const;
    await taker.client.placeOrder(crossing);
    await maker.account.waitForSettlement(resting.order.hash, DEADLINE_MS, 500);
    const { slug, marketId } = market;
    const yes = { market: slug, outcome: "YES" } as const;
    const free = (lots: number) =>
      maker.account.waitFor(
        ({ positions }) => positions.get(marketId)?.yesAvailableLots === lots,
        DEADLINE_MS,
      );
    await maker.client.requestExport({ ...yes, quantity: "2" });
    await free(300);
    await maker.client.cancelExport(yes);
    await free(500);
    await maker.client.exportShares({ market: slug, outcome: "YES", quantity: "5" });
    assert.equal((await maker.client.getEscrow({ market: marketId })).yesLots, 0n);
    await maker.client.importShares({ market: slug, outcome: "YES", quantity: "5" });
    assert.equal((await maker.client.getEscrow({ market: marketId })).yesLots, 500n);
    await free(500);
    const ask = { market, outcome: "YES", side: "SELL", price: 990, quantity: 500 } as const;
    const { order } = await maker.client.placeOrder(ask);
    await maker.client.cancelOrder(order.hash);
  });

  it("splits collateral into both outcomes, and merges their tokens back into collateral", async () => {
    const { client, account } = await enter(funded(exchange));
    const { slug, marketId } = market;
    await client.withdraw("10");
    await client.split({ market: slug, quantity: "10" });
    await account.waitFor(
      ({ positions }) => positions.get(marketId)?.noAvailableLots === 1_000,
      DEADLINE_MS,
    );
    for (const outcome of ["YES", "NO"] as const) {
      await client.exportShares({ market: slug, outcome, quantity: "10" });
    }
    const tooMany = client.mergeTokens({ market: slug, quantity: "11" });
    await assert.rejects(tooMany, fails("transaction_reverted"));
    await client.mergeTokens({ market: slug, quantity: "10" });
    const { cashMicro } = await client.getEscrow();
    await client.deposit("10");
    assert.equal((await client.getEscrow()).cashMicro, cashMicro + 10_000_000n);
  });

  it("voids no market, nor a group by its member, before its resolver's time is up", async () => {
    const { client } = await enter(funded(exchange));
    await assert.rejects(client.voidMarket({ market: market.slug }), revertedWith("TooEarly"));
    await assert.rejects(client.voidMarket({ market: 1_000_000 }), fails("market_unknown"));
  });

  it("serves an ethers signer with a provider of its own, transaction after transaction", async () => {
    const provider = new JsonRpcProvider(exchange.rpcUrl, undefined, { staticNetwork: true });
    const signer = new Wallet(DEV_ACCOUNTS.free[0].privateKey, provider);
    const { client, account } = await enter(newcomer(exchange, signer));
    await client.requestFaucet();
    const before = BigInt((await client.getBalance()).availableMicro);
    await client.deposit("10");
    await client.deposit("15");
    await account.waitForAvailable(before + 25_000_000n, DEADLINE_MS);
    assert.equal((await client.getEscrow()).cashMicro, before + 25_000_000n);
    provider.destroy();
  });

  it("serves a browser wallet over JSON-RPC from sign-in to withdrawal", async () => {
    const wallet = browserWallet(exchange.rpcUrl, DEV_ACCOUNTS.free[1].address);
    const { client, account } = await enter(newcomer(exchange, wallet));
    await client.requestFaucet();
    const before = (await client.getEscrow()).cashMicro;
    await client.depositWithPermit({ amount: "20" });
    await account.waitForAvailable(before + 20_000_000n, DEADLINE_MS);
    const { order } = await client.placeOrder(bid(50, 100));
    await client.cancelOrder(order.hash);
    await client.withdraw("20");
    assert.equal((await client.getEscrow()).cashMicro, before);
  });

  it("shows the same book live as over HTTP", async () => {
    const { client } = await enter(funded(exchange));
    const book = client.openBook(market.slug);
    await book.ready();
    const { order } = await client.placeOrder(bid(33, 700));
    await book.waitFor(({ bids }) => bids.some(([price]) => price === 33), DEADLINE_MS);
    const reply = await client.getBook(market.slug);
    assert.equal(reply.seq, book.seq);
    assert.deepEqual([reply.bids, reply.asks], [book.state.bids, book.state.asks]);
    await client.cancelOrder(order.hash);
  });
});
