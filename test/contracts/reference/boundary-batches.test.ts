import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import type { BatchFill } from "../../../protocol/settlement/batch.ts";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { type Actor, actor } from "../support/actor.ts";
import { SETTLEMENT_GRACE_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { type ModelOrder, SettlementModel } from "./settlement-model.ts";

/** A tenth of what the other random batches are: these are larger. */
const BATCHES = Number(process.env["RANDOM_BATCHES"] ?? 100) / 10;
const SEED = Number(process.env["SEED"] ?? 71_263);
/** A new exchange after so many batches, before fees have taken the cash. */
const BATCHES_PER_EXCHANGE = 10;
const SUITES = Math.ceil(BATCHES / BATCHES_PER_EXCHANGE);
const ORDERS = 40;
const FILLS = 150;
/** The first of the nonces of a batch: two lanes and a bit, so that orders share lanes and even nonces. */
const NONCES = Array.from({ length: 18 }, (_, i) => BigInt(i));
/** How far each batch goes on from the one before: many nonces are partly filled when it begins. */
const NONCE_STEP = 6n;
/** In every batch. */
const LAST_NONCES = [2n ** 64n - 1n, 2n ** 64n - 9n];
const MARKETS = [1, 2, 3, 4];
const MAX_LOTS = 0xffff_ffff;

/** Numbers below a bound, the same ones for the same seed (mulberry32). */
function randomFrom(seed: number) {
  let state = seed | 0;
  return (bound: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

function nameOf(outcome: number): string {
  return outcome === 0 ? "settled" : skipReasonName(outcome);
}

describe("settle equals the reference model at every boundary", () => {
  const actors = Array.from({ length: 5 }, (_, i) => actor(`boundary ${i}`));
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.createMarket({ takerFeeBps: 137 });
    await fixture.createMarket({ priceStep: 10, takerFeeBps: 60 });
    await fixture.createMarket({ takerFeeBps: 10_000 });
    for (const [i, owner] of actors.entries()) {
      await fixture.fund(owner, i === 4 ? 100_000n : 50_000_000n);
      for (const id of MARKETS) await fixture.fundShares(owner, id, i === 4 ? 3 : 700);
    }
    const cancelled = [2n, 9n, 2n ** 64n - 1n];
    await fixture.write(actors[1] as Actor, "requestCancel", [cancelled]);
    await fixture.chain.travelTo(fixture.startTime + 7200);
    const who = (actors[1] as Actor).address;
    await fixture.write(actors[0] as Actor, "finalizeCancel", [who, cancelled]);
  });

  async function modelOf(): Promise<SettlementModel> {
    const model = new SettlementModel(SETTLEMENT_GRACE_SECONDS);
    for (const id of MARKETS) {
      const market = await x.read("market", [BigInt(id)]);
      model.markets.set(id, { ...market, openInterestLots: Number(market.openInterestLots) });
    }
    for (const [i, { address }] of actors.entries()) {
      model.cashMicro.set(address, i === 4 ? 100_000 : 50_000_000);
      for (const id of MARKETS) {
        for (const outcome of [0, 1])
          model.lots.set(`${address}:${id}:${outcome}`, i === 4 ? 3 : 700);
      }
    }
    for (const nonce of [2n, 9n, 2n ** 64n - 1n]) model.cancel((actors[1] as Actor).address, nonce);
    return model;
  }

  /** An order whose every field is often at its end, or just past it. */
  function drawOrder(below: (bound: number) => number, batch: number): Partial<Order> {
    const pick = <T>(from: readonly T[]) => from[below(from.length)] as T;
    const bid = below(2) === 1;
    const outcome = pick([0, 1] as const);
    const yesPrice = bid ? pick([500, 510, 600, 990, 999]) : pick([500, 490, 400, 10, 1]);
    return {
      marketId: below(60) === 0 ? 9 : pick([1, 1, 2, 3, 4]),
      outcome,
      side: (outcome === 1) === bid ? 0 : 1,
      price:
        below(40) === 0
          ? pick([0, 1, 999, 1000, 1001, 65_535])
          : outcome === 1
            ? yesPrice
            : 1000 - yesPrice,
      quantity:
        below(8) === 0
          ? pick([0, 1, MAX_LOTS - 1, MAX_LOTS - 1, MAX_LOTS - 1, MAX_LOTS])
          : 20 + below(400),
      timeInForce: (below(20) === 0 ? pick([4, 5, 6, 63]) : below(4)) as Order["timeInForce"],
      maxFeeBps: pick([10_000, 10_000, 10_000, 10_000, 65_535, 137, 136, 60, 59, 0]),
      nonce: below(10) === 0 ? pick(LAST_NONCES) : pick(NONCES) + BigInt(batch) * NONCE_STEP,
    };
  }

  /** A quantity at or beside a limit of one of the two orders, as the model has it now. */
  function drawQuantity(
    below: (bound: number) => number,
    model: SettlementModel,
    order: Order,
    price: number,
  ): number {
    const kind = below(10);
    if (kind < 4) return 1 + below(30);
    const edge = below(3) - 1;
    let lots = [0, 1, MAX_LOTS, MAX_LOTS - 1, 2 ** 31][below(5)] as number;
    if (kind < 6) lots = order.quantity - model.filled(order.maker, order.nonce) + edge;
    else if (kind < 9 && order.side === 1) {
      lots = model.held(order.maker, order.marketId, order.outcome) + edge;
    } else if (kind < 9) {
      const cost = (order.outcome === 1 ? price : 1000 - price) * 10;
      lots = Math.floor((model.cashMicro.get(order.maker) ?? 0) / Math.max(cost, 1)) + edge;
    }
    return Math.min(Math.max(lots, 0), MAX_LOTS);
  }

  async function drawOrders(below: (bound: number) => number, batch: number) {
    const drawn: { signed: SignedOrder; signer: Actor }[] = [];
    for (let n = 0; n < ORDERS; n++) {
      // Now and then the very same order once more.
      const again = below(15) === 0 ? drawn[below(drawn.length)] : undefined;
      const maker = actors[below(actors.length)] as Actor;
      const signer = below(40) === 0 ? (actors[below(actors.length)] as Actor) : maker;
      const signed = await x.order(maker, drawOrder(below, batch), signer);
      drawn.push(again ?? { signed, signer });
    }
    return drawn;
  }

  function drawFill(
    below: (bound: number) => number,
    model: SettlementModel,
    orders: readonly Order[],
  ): BatchFill {
    let [takerIndex, makerIndex] = [below(orders.length), below(orders.length)];
    for (let tries = 0; tries < 40 && below(20) !== 0; tries++) {
      if (meet(orders[takerIndex] as Order, orders[makerIndex] as Order)) break;
      [takerIndex, makerIndex] = [below(orders.length), below(orders.length)];
    }
    const [taker, maker] = [orders[takerIndex] as Order, orders[makerIndex] as Order];
    const limits = [taker, maker].map((o) => (o.outcome === 1 ? o.price : 1000 - o.price));
    let price = limits[below(2)] as number;
    if (below(12) === 0) price += below(3) - 1;
    if (below(40) === 0) price = [0, 1, 999, 1000, 1001, 65_535, 505][below(7)] as number;
    price = Math.min(Math.max(price, 0), 65_535);
    const order = below(2) === 0 ? taker : maker;
    const quantityLots = drawQuantity(below, model, order, price);
    return { takerIndex, makerIndex, quantityLots, yesPriceTicks: price };
  }

  /** Whether the two are of two accounts, for one market, and a bid and an ask. */
  function meet(taker: Order, maker: Order): boolean {
    const strangers = taker.maker !== maker.maker && taker.marketId === maker.marketId;
    return strangers && bids(taker) !== bids(maker);
  }

  function bids(order: Order): boolean {
    return (order.outcome === 1) === (order.side === 0);
  }

  async function assertEqualState(model: SettlementModel, batch: number): Promise<void> {
    const nonces = NONCES.map((nonce) => nonce + BigInt(batch) * NONCE_STEP);
    const checks = actors.map(async ({ address }) => {
      assert.equal(Number(await x.read("cashOf", [address])), model.cashMicro.get(address), "cash");
      for (const id of MARKETS) {
        const [yes, no] = await x.read("sharesOf", [address, BigInt(id)]);
        assert.equal(Number(yes), model.held(address, id, 1), "YES lots");
        assert.equal(Number(no), model.held(address, id, 0), "NO lots");
      }
      for (const nonce of [...nonces, ...LAST_NONCES]) {
        const filled = await x.read("filledLots", [address, nonce]);
        assert.equal(filled, model.filled(address, nonce), `filled ${nonce}`);
      }
    });
    await Promise.all(checks);
    assert.equal(Number(await x.read("accruedFeesMicro")), model.feesMicro, "fees");
    for (const id of MARKETS) {
      const { openInterestLots } = await x.read("market", [BigInt(id)]);
      assert.equal(Number(openInterestLots), model.markets.get(id)?.openInterestLots);
    }
  }

  const seen = new Map<string, number>();
  for (let suite = 0; suite < SUITES; suite++) {
    const seed = SEED + suite;
    it(`over ${BATCHES_PER_EXCHANGE} batches from seed ${seed}`, async () => {
      const below = randomFrom(seed);
      const model = await modelOf();
      for (let batch = 0; batch < BATCHES_PER_EXCHANGE; batch++) {
        const drawn = await drawOrders(below, batch);
        const orders = drawn.map(({ signed }) => signed);
        const modelOrders: ModelOrder[] = drawn.map(({ signed, signer }) => ({
          order: signed.order,
          signer: signer.address,
        }));
        const time = await x.chain.now();
        const fills: BatchFill[] = [];
        const expected: string[] = [];
        // One by one, so that each is drawn by what the ones before it left.
        for (let n = 0; n < FILLS; n++) {
          const fill = drawFill(
            below,
            model,
            orders.map(({ order }) => order),
          );
          const [outcome = 0] = model.settle(modelOrders, [fill], time);
          fills.push(fill);
          expected.push(nameOf(outcome));
        }
        const { skipped } = await x.settle(orders, fills);
        const outcomes = fills.map((_, index) => nameOf(skipped.get(index) ?? 0));
        assert.deepEqual(outcomes, expected, `batch ${batch}`);
        await assertEqualState(model, batch);
        for (const name of expected) seen.set(name, (seen.get(name) ?? 0) + 1);
      }
    });
  }

  it("among which many settle, and most reasons occur", () => {
    const fills = SUITES * BATCHES_PER_EXCHANGE * FILLS;
    assert.ok((seen.get("settled") ?? 0) > fills / 20, JSON.stringify([...seen]));
    assert.ok(seen.size >= 24, JSON.stringify([...seen]));
  });
});
