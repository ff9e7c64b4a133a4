import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Hex } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import type { FillStatus } from "../../protocol/engine/view.ts";
import type { Market } from "../../protocol/wire/market.ts";
import { pollUntil } from "../../scripts/demo/poll-until.ts";
import { DEV_ACCOUNTS } from "../../scripts/start/dev-accounts.ts";
import type { RunningExchange } from "../../scripts/start/exchange.ts";
import { type AgonClient, connect, type OrderParameters } from "../../sdk/index.ts";
import { sharedExchange } from "./shared-exchange.ts";
import { DEADLINE_MS, funded, type Trader } from "./trader.ts";

const START_TIMEOUT_MS = 120_000;
/** The close must come after the orders and before anyone tires of waiting. */
const OPEN_SECONDS = 20;
const GTD_SECONDS = 8;
/** Beyond the close and the settlement grace. */
const LIFE_TIMEOUT_MS = 120_000;
const PRICE_STEP = 10;

type Terms = Pick<OrderParameters, "price" | "quantity"> & Partial<OrderParameters>;

describe("a market's whole life, as its traders see it", () => {
  let exchange: RunningExchange;
  let maker: Trader;
  let taker: Trader;
  let office: AgonClient;
  let market: Market;
  let closeTime: number;
  /** Every status that the maker was told of a fill, in the order of the news. */
  const told = new Map<number, FillStatus[]>();
  /** Hash of each accepted order by what is to become of it. */
  const placed: Record<string, Hex> = {};

  before(async function startExchange() {
    this.timeout(START_TIMEOUT_MS);
    exchange = await sharedExchange();
    [maker, taker] = await Promise.all([funded(exchange), funded(exchange)]);
    const signer = privateKeyToAccount(DEV_ACCOUNTS.admin.privateKey);
    office = await connect(exchange.apiUrl, { signer });
    await office.signIn();
    maker.account.onChange(({ fills }) => {
      for (const { fillSeq, status } of fills.values()) {
        const statuses = told.get(fillSeq) ?? [];
        if (statuses.at(-1) !== status) told.set(fillSeq, [...statuses, status]);
      }
    });
    const { timestamp } = await reader(maker).getBlock();
    closeTime = Math.max(Number(timestamp), Math.floor(Date.now() / 1000)) + OPEN_SECONDS;
    ({ market } = await office.createMarket({
      slug: `life-${generatePrivateKey().slice(2, 14)}`,
      question: "Does it live to its end?",
      rules: "YES if it does.",
      closeTime,
      resolveDeadline: closeTime + 86_400,
      priceStep: PRICE_STEP,
      resolution: { kind: "manual" },
    }));
  });

  after(() => {
    for (const { client } of [maker, taker]) client?.close();
    office?.close();
  });

  function reader({ client }: Trader) {
    return client.chain?.reader ?? assert.fail("no chain");
  }

  async function place(name: string, trader: Trader, order: Terms): Promise<void> {
    const common = { market, outcome: "YES", side: "BUY" } as const;
    placed[name] = (await trader.client.placeOrder({ ...common, ...order })).order.hash;
  }

  it("signs under the very domain that the contract names by EIP-5267", async () => {
    const { eip712 } = await maker.client.getExchange();
    const [, name, version, chainId, verifyingContract] = await reader(maker).readContract({
      address: exchange.deployment.exchange,
      abi: exchangeAbi,
      functionName: "eip712Domain",
    });
    assert.deepEqual(eip712.domain, {
      name,
      version,
      chainId: Number(chainId),
      verifyingContract,
    });
  });

  it("tells each fill as matched, submitted and settled, in that order, and settled is on chain", async () => {
    await place("filled", maker, { price: 400, quantity: 500 });
    await place("marketable", taker, { outcome: "NO", price: 600, quantity: 500 });
    const hash = placed["filled"] ?? assert.fail();
    const [fill] = await maker.account.waitForSettlement(hash, DEADLINE_MS, 500);
    assert.deepEqual(told.get(fill?.fillSeq ?? -1), ["matched", "submitted", "settled"]);
    const receipt = await reader(maker).getTransactionReceipt({
      hash: fill?.transactionHash ?? assert.fail("settled without a transaction"),
    });
    assert.equal(receipt.status, "success");
    const { yesLots } = await maker.client.getEscrow({ market: market.marketId });
    assert.equal(yesLots, 500n);
  });

  it("ends every accepted order: filled, cancelled with its reason, or expired", async function end() {
    this.timeout(LIFE_TIMEOUT_MS);
    const expiry = closeTime - GTD_SECONDS;
    await place("left", maker, { price: 300, quantity: 200 });
    await place("expiring", maker, { price: 310, quantity: 100, timeInForce: "GTD", expiry });
    const taking = { outcome: "NO", price: 680, quantity: 300, timeInForce: "FAK" } as const;
    await place("half", maker, { price: 320, quantity: 100 });
    await place("remainder", taker, taking);
    await place("taken back", taker, { price: 100, quantity: 100 });
    await taker.client.cancelOrder(placed["taken back"] ?? assert.fail());

    const markets = maker.client.openMarkets();
    await markets.ready();
    const closed = ({ bySlug }: typeof markets.state) => bySlug.get(market.slug)?.status !== "open";
    await markets.waitFor(closed, LIFE_TIMEOUT_MS);
    markets.close();
    await maker.account.waitForOrderEnd(placed["left"] ?? assert.fail(), DEADLINE_MS);
    const ends = await Promise.all(
      Object.entries(placed).map(async ([name, hash]) => {
        const owner = ["marketable", "remainder", "taken back"].includes(name) ? taker : maker;
        const { status, cancelReason } = (await owner.client.getOrder(hash)).order;
        return [name, status, cancelReason];
      }),
    );
    assert.deepEqual(ends, [
      ["filled", "filled", null],
      ["marketable", "filled", null],
      ["left", "cancelled", "market_closed"],
      ["expiring", "expired", null],
      ["half", "filled", null],
      ["remainder", "cancelled", "fak_remainder"],
      ["taken back", "cancelled", "user"],
    ]);
    for (const { client } of [maker, taker]) {
      const open = await client.listOrders({ status: "open", market: market.slug });
      assert.deepEqual(open.items, []);
      assert.equal((await client.getBalance()).lockedMicro, "0");
    }
  });

  it("tells the resolution on the stream, and keeps step, trades, candles and fills after it", async function resolve() {
    this.timeout(LIFE_TIMEOUT_MS);
    const markets = taker.client.openMarkets();
    await markets.ready();
    const history = () => readHistory(taker.client, market.slug);
    const before = await pollUntil("the index has the candles", DEADLINE_MS, async () => {
      const found = await history();
      return found.candleLots === 600 && found;
    });
    await pollUntil("close and grace have passed", LIFE_TIMEOUT_MS, () =>
      office.resolveMarket(market.slug, { payoutYes: 1000 }),
    );
    const last = await markets.waitFor(({ bySlug }) => {
      const now = bySlug.get(market.slug);
      return now?.status === "resolved" && now;
    }, DEADLINE_MS);
    markets.close();
    assert.deepEqual([last.payoutYes, last.priceStep], [1000, PRICE_STEP]);
    await maker.client.redeem({ market: market.slug });
    assert.deepEqual(await history(), before);
    assert.deepEqual(before.trades, [
      [320, 100],
      [400, 500],
    ]);
    assert.deepEqual(before.fills, before.trades);
  });
});

/** What is kept of a market: its trades and the client's fills, newest first, and its candles. */
async function readHistory(client: AgonClient, slug: string) {
  const trades = await client.listTrades(slug);
  const fills = await client.listFills({ market: slug });
  const { candles } = await client.getCandles(slug, { interval: "1m" });
  return {
    trades: trades.items.map(({ yesPriceTicks, quantityLots }) => [yesPriceTicks, quantityLots]),
    fills: fills.items.map(({ fill }) => [fill.yesPriceTicks, fill.quantityLots]),
    candles,
    candleLots: candles.reduce((sum, { volumeLots }) => sum + Number(volumeLots), 0),
  };
}
