import assert from "node:assert/strict";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import type { BatchFill } from "../../../protocol/settlement/batch.ts";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { costMicro, feeMicroDown } from "../../../protocol/units.ts";
import { type Actor, actor } from "./actor.ts";
import { type ExchangeFixture, MARKET_SECONDS, type Settled } from "./exchange-fixture.ts";

/** The market under attack; it closes after `MARKET_SECONDS`. */
export const ATTACKED_MARKET = 1;
/** Where honest fills go on whatever happens to the other; it closes much later. */
export const QUIET_MARKET = 2;
/** What everyone holds of both outcomes in each of the two markets. */
export const START_LOTS = 1000;
export const START_MICRO = 10_000_000n;

const HONEST = Array.from({ length: 4 }, (_, i) => actor(`honest ${i}`));
/** Every kind of match: both transfers, a mint and a merge, each at a YES price of 500. */
const HONEST_LEGS: readonly [Partial<Order>, Partial<Order>][] = [
  [{ side: 0 }, { side: 1 }],
  [{ side: 0 }, { outcome: 0, side: 0 }],
  [{ side: 1 }, { outcome: 0, side: 1 }],
  [
    { outcome: 0, side: 1 },
    { outcome: 0, side: 0 },
  ],
];
const HONEST_LOTS = 7;

/** A fill under attack and what must become of it: `settled` or the name of its skip reason. */
export interface AttackedFill {
  taker: SignedOrder;
  maker: SignedOrder;
  /** 100 unless given. */
  quantityLots?: number;
  /** 500 unless given. */
  yesPriceTicks?: number;
  outcome: string;
}

export interface LiveBatchOptions {
  /** Where the honest trade, in turn: both markets unless told otherwise. */
  honestMarkets?: readonly number[];
  /** The second at which the batch is mined; the next one unless given. */
  atSeconds?: number;
}

/** What the accounts of a batch hold: amounts by a name of account, market and outcome. */
type Holdings = Map<string, bigint>;

/** Two markets, in which Alice, Bob and the honest hold cash and shares. */
export async function prepareLiveMarkets(fixture: ExchangeFixture): Promise<void> {
  await fixture.createMarket();
  await fixture.createMarket({ closeTime: fixture.startTime + 60 * MARKET_SECONDS });
  for (const owner of [fixture.alice, fixture.bob, ...HONEST]) {
    await fixture.fund(owner, START_MICRO);
    await fixture.fundShares(owner, ATTACKED_MARKET, START_LOTS);
    await fixture.fundShares(owner, QUIET_MARKET, START_LOTS);
  }
}

/**
 * Settles attacked fills in a batch with honest ones before, between and after them, and asserts that
 * every honest fill settles, that each attacked one ends as it says, and that nothing else moves: no
 * cash, no share, no filled quantity, no open interest, no fee.
 */
export async function settleAmidHonest(
  x: ExchangeFixture,
  attacked: readonly AttackedFill[],
  { honestMarkets = [ATTACKED_MARKET, QUIET_MARKET], atSeconds }: LiveBatchOptions = {},
): Promise<Settled> {
  const batch = await composeBatch(x, attacked, honestMarkets);
  const before = await holdingsOf(x, batch.orders);
  if (atSeconds !== undefined) {
    // The simulation runs at the newest block's time, the transaction at the next one's.
    await x.chain.travelTo(atSeconds);
    await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(atSeconds) });
  }
  const done = await x.settle(batch.orders, batch.fills);
  assert.deepEqual(
    done.outcomes.map((reason) => (reason === 0 ? "settled" : skipReasonName(reason))),
    batch.outcomes,
    "outcomes of all fills",
  );
  assert.deepEqual(
    [...done.skipped].map(([index, reason]) => [index, skipReasonName(reason)]),
    [...batch.outcomes.entries()].filter(([, outcome]) => outcome !== "settled"),
    "reported skips",
  );
  const settledFills = batch.fills.filter((_, index) => batch.outcomes[index] === "settled");
  assert.equal(done.settled, settledFills.length, "settled fills");
  const expected = await afterFills(x, before, batch.orders, settledFills);
  assert.deepEqual(await holdingsOf(x, batch.orders), expected, "holdings");
  return done;
}

/** Honest fill, attacked fill, honest fill, … with each signed order once by identity. */
async function composeBatch(
  x: ExchangeFixture,
  attacked: readonly AttackedFill[],
  honestMarkets: readonly number[],
) {
  const orders: SignedOrder[] = [];
  const fills: BatchFill[] = [];
  const outcomes: string[] = [];
  const indexOf = (order: SignedOrder): number => {
    const index = orders.indexOf(order);
    return index >= 0 ? index : orders.push(order) - 1;
  };
  const add = ({
    taker,
    maker,
    quantityLots = 100,
    yesPriceTicks = 500,
    outcome,
  }: AttackedFill) => {
    const [takerIndex, makerIndex] = [indexOf(taker), indexOf(maker)];
    fills.push({ takerIndex, makerIndex, quantityLots, yesPriceTicks });
    outcomes.push(outcome);
  };
  for (let i = 0; i <= attacked.length; i++) {
    const marketId = honestMarkets[i % honestMarkets.length] as number;
    const [takerTerms, makerTerms] = HONEST_LEGS[i % HONEST_LEGS.length] as [Order, Order];
    const taker = await x.order(HONEST[i % 4] as Actor, { ...takerTerms, marketId });
    const maker = await x.order(HONEST[(i + 1) % 4] as Actor, { ...makerTerms, marketId });
    add({ taker, maker, quantityLots: HONEST_LOTS, outcome: "settled" });
    const next = attacked[i];
    if (next) add(next);
  }
  return { orders, fills, outcomes };
}

/** All that a batch could move, zeros left out. */
async function holdingsOf(x: ExchangeFixture, orders: readonly SignedOrder[]): Promise<Holdings> {
  const holdings: Holdings = new Map();
  const put = (name: string, amount: bigint) => {
    if (amount !== 0n) holdings.set(name, amount);
  };
  put("fees", await x.read("accruedFeesMicro"));
  const markets = Number(await x.read("marketCount"));
  for (let marketId = 1; marketId <= markets; marketId++) {
    const { openInterestLots } = await x.read("market", [BigInt(marketId)]);
    put(`open interest of ${marketId}`, openInterestLots);
  }
  for (const holder of x.holders) {
    put(`cash of ${holder}`, await x.read("cashOf", [holder]));
    put(`wallet of ${holder}`, await x.walletOf(holder));
    for (let marketId = 1; marketId <= markets; marketId++) {
      const [yes, no] = await x.read("sharesOf", [holder, BigInt(marketId)]);
      put(`lots of ${holder} in ${marketId}:1`, yes);
      put(`lots of ${holder} in ${marketId}:0`, no);
    }
  }
  for (const { order } of orders) {
    const filled = await x.read("filledLots", [order.maker, order.nonce]);
    put(`filled of ${order.maker} at ${order.nonce}`, BigInt(filled));
  }
  return new Map([...holdings].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What must be held once `fills` settled, and nothing else happened. */
async function afterFills(
  x: ExchangeFixture,
  before: Holdings,
  orders: readonly SignedOrder[],
  fills: readonly BatchFill[],
): Promise<Holdings> {
  const after = new Map(before);
  const add = (name: string, amount: number) =>
    after.set(name, (after.get(name) ?? 0n) + BigInt(amount));
  for (const { takerIndex, makerIndex, quantityLots, yesPriceTicks } of fills) {
    const taker = (orders[takerIndex] as SignedOrder).order;
    const maker = (orders[makerIndex] as SignedOrder).order;
    const { takerFeeBps } = await x.read("market", [BigInt(taker.marketId)]);
    const fee = feeMicroDown(yesPriceTicks, quantityLots, takerFeeBps);
    for (const [order, feeMicro] of [
      [taker, fee],
      [maker, 0],
    ] as const) {
      const price = order.outcome === 1 ? yesPriceTicks : 1000 - yesPriceTicks;
      const sign = order.side === 0 ? 1 : -1;
      add(`cash of ${order.maker}`, -sign * costMicro(price, quantityLots) - feeMicro);
      add(`lots of ${order.maker} in ${order.marketId}:${order.outcome}`, sign * quantityLots);
      add(`filled of ${order.maker} at ${order.nonce}`, quantityLots);
    }
    add("fees", fee);
    if (taker.outcome !== maker.outcome) {
      add(`open interest of ${taker.marketId}`, taker.side === 0 ? quantityLots : -quantityLots);
    }
  }
  const held = [...after].filter(([, amount]) => amount !== 0n);
  return new Map(held.sort(([a], [b]) => (a < b ? -1 : 1)));
}
