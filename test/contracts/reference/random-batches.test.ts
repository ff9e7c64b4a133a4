import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import type { BatchFill } from "../../../protocol/settlement/batch.ts";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { type Actor, actor } from "../support/actor.ts";
import {
  type ExchangeFixture,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import { type ModelOrder, SettlementModel } from "./settlement-model.ts";

const BATCHES = Number(process.env["RANDOM_BATCHES"] ?? 100);
const SEED = Number(process.env["SEED"] ?? 20_261_121);
/** A new exchange after so many batches. */
const BATCHES_PER_EXCHANGE = 25;
/** So few that lanes, and even orders, are shared. */
const NONCES = 80;

/** Uniform numbers from a seed (mulberry32). */
function randomFrom(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (bound: number) => Math.floor(next() * bound),
    pick: <T>(from: readonly T[]) => from[Math.floor(next() * from.length)] as T,
    chance: (probability: number) => next() < probability,
  };
}
type Random = ReturnType<typeof randomFrom>;

/** Draws batches whose fills mostly hold, yet now and then break every rule. */
class BatchGenerator {
  readonly #x: ExchangeFixture;
  readonly #random: Random;
  readonly #actors: readonly Actor[];
  readonly #delegate: Actor;
  readonly #past: { signed: SignedOrder; signer: Actor }[] = [];

  constructor(x: ExchangeFixture, random: Random, actors: readonly Actor[], delegate: Actor) {
    this.#x = x;
    this.#random = random;
    this.#actors = actors;
    this.#delegate = delegate;
  }

  async batch() {
    const { below } = this.#random;
    const drawn: { signed: SignedOrder; signer: Actor }[] = [];
    const orders = 4 + below(20);
    for (let i = 0; i < orders; i++) {
      const again = this.#random.chance(0.1) ? this.#random.pick(this.#past) : undefined;
      drawn.push(again ?? (await this.#draw()));
    }
    this.#past.push(...drawn);
    const fills = Array.from({ length: below(24) }, () =>
      this.#fill(drawn.map(({ signed }) => signed.order)),
    );
    return { drawn, fills };
  }

  async #draw() {
    const { below, chance, pick } = this.#random;
    const maker = pick(this.#actors);
    const outcome = pick([0, 1] as const);
    const bid = chance(0.5);
    // Bids high and asks low on the YES ladder, so that most meet.
    const yesPrice = bid ? 400 + below(300) : 300 + below(300);
    const price = Math.round((outcome === 1 ? yesPrice : 1000 - yesPrice) / 10) * 10;
    const order: Partial<Order> = {
      marketId: chance(0.01) ? 9 : pick([1, 1, 2, 3]),
      outcome,
      side: (outcome === 1) === bid ? 0 : 1,
      price: chance(0.02) ? pick([0, 1, 999, 1000, 455, 65_535]) : price,
      quantity: chance(0.03) ? pick([0, 0xffff_fffe, 0xffff_ffff]) : 20 + below(300),
      timeInForce: (chance(0.1) ? 4 + below(3) : below(4)) as Order["timeInForce"],
      maxFeeBps: chance(0.05) ? 50 : 200,
      expiry: chance(0.04) ? this.#x.startTime + below(20_000) : 0,
      nonce: BigInt(below(NONCES)),
    };
    const signer = chance(0.05) ? this.#delegate : chance(0.02) ? pick(this.#actors) : maker;
    return { signed: await this.#x.order(maker, order, signer), signer };
  }

  #fill(orders: readonly Order[]): BatchFill {
    const { below, chance, pick } = this.#random;
    const meeting = orders.flatMap((taker, takerIndex) =>
      orders.flatMap((maker, makerIndex) =>
        meet(taker, maker) ? [{ takerIndex, makerIndex }] : [],
      ),
    );
    const anyPair = { takerIndex: below(orders.length), makerIndex: below(orders.length) };
    const pair = meeting.length > 0 && chance(0.85) ? pick(meeting) : anyPair;
    const limit = yesLimit(orders[pair.makerIndex] as Order);
    return {
      ...pair,
      quantityLots: chance(0.02) ? 0 : 1 + below(60),
      yesPriceTicks: chance(0.97) && limit >= 0 && limit <= 1000 ? limit : below(1002),
    };
  }
}

/** Whether two orders trade at the maker's limit, as far as the terms go. */
function meet(taker: Order, maker: Order): boolean {
  const strangers = taker.marketId === maker.marketId && taker.maker !== maker.maker;
  if (!strangers || bid(taker) === bid(maker)) return false;
  return bid(taker) ? yesLimit(taker) >= yesLimit(maker) : yesLimit(taker) <= yesLimit(maker);
}

function yesLimit(order: Order): number {
  return order.outcome === 1 ? order.price : 1000 - order.price;
}

function bid(order: Order): boolean {
  return (order.outcome === 1) === (order.side === 0);
}

describe("settle equals the reference model", () => {
  const actors = Array.from({ length: 6 }, (_, i) => actor(`random ${i}`));
  const delegate = actor("random delegate");
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.createMarket({ takerFeeBps: 137 });
    await fixture.createMarket({ priceStep: 10, takerFeeBps: 60 });
    for (const [i, owner] of actors.entries()) {
      // The last ones are poor, so that they run short.
      await fixture.fund(owner, i < 4 ? 10_000_000n : 300_000n);
      if (i < 5)
        for (const marketId of [1, 2, 3])
          await fixture.fundShares(owner, marketId, i < 4 ? 500 : 30);
      if (i % 2 === 0) await fixture.write(owner, "addDelegate", [delegate.address]);
    }
    await fixture.write(actors[1] as Actor, "raiseCancelFloor", [12n]);
    await fixture.write(actors[2] as Actor, "requestCancel", [[3n, 17n]]);
    await fixture.chain.travelTo(fixture.startTime + 7200);
    await fixture.write(delegate, "finalizeCancel", [(actors[2] as Actor).address, [3n, 17n]]);
  });

  /** The model in the state that the exchange was prepared in. */
  async function modelOf(): Promise<SettlementModel> {
    const model = new SettlementModel(SETTLEMENT_GRACE_SECONDS);
    for (const marketId of [1, 2, 3]) {
      const market = await x.read("market", [BigInt(marketId)]);
      model.markets.set(marketId, { ...market, openInterestLots: Number(market.openInterestLots) });
      for (const { address } of actors) {
        const [yes, no] = await x.read("sharesOf", [address, BigInt(marketId)]);
        model.lots.set(`${address}:${marketId}:1`, Number(yes));
        model.lots.set(`${address}:${marketId}:0`, Number(no));
      }
    }
    for (const [i, { address }] of actors.entries()) {
      model.cashMicro.set(address, Number(await x.read("cashOf", [address])));
      if (i % 2 === 0) model.delegates.add(`${address}:${delegate.address}`);
    }
    model.floors.set((actors[1] as Actor).address, 12n);
    for (const nonce of [3n, 17n]) {
      model.filledLots.set(`${(actors[2] as Actor).address}:${nonce}`, 0xffff_ffff);
    }
    return model;
  }

  async function assertEqualState(model: SettlementModel): Promise<void> {
    for (const { address } of actors) {
      assert.equal(Number(await x.read("cashOf", [address])), model.cashMicro.get(address), "cash");
      for (const marketId of [1, 2, 3]) {
        const [yes, no] = await x.read("sharesOf", [address, BigInt(marketId)]);
        assert.equal(Number(yes), model.held(address, marketId, 1), "YES lots");
        assert.equal(Number(no), model.held(address, marketId, 0), "NO lots");
      }
    }
    for (const marketId of [1, 2, 3]) {
      const { openInterestLots } = await x.read("market", [BigInt(marketId)]);
      assert.equal(Number(openInterestLots), model.markets.get(marketId)?.openInterestLots);
    }
    assert.equal(Number(await x.read("accruedFeesMicro")), model.feesMicro, "fees");
  }

  async function assertEqualLanes(model: SettlementModel): Promise<void> {
    for (const { address } of actors) {
      for (let nonce = 0n; nonce < NONCES; nonce++) {
        assert.equal(await x.read("filledLots", [address, nonce]), model.filled(address, nonce));
      }
    }
  }

  const seen = new Map<string, number>();
  const suites = Math.ceil(BATCHES / BATCHES_PER_EXCHANGE);
  for (let suite = 0; suite < suites; suite++) {
    const seed = SEED + suite;
    it(`over ${BATCHES_PER_EXCHANGE} random batches from seed ${seed}`, async () => {
      const random = randomFrom(seed);
      const generator = new BatchGenerator(x, random, actors, delegate);
      const model = await modelOf();
      for (let i = 0; i < BATCHES_PER_EXCHANGE; i++) {
        const { drawn, fills } = await generator.batch();
        const time = (await x.chain.now()) + 1 + random.below(600);
        await x.chain.travelTo(time - 1);
        await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(time) });
        const modelOrders: ModelOrder[] = drawn.map(({ signed, signer }) => ({
          order: signed.order,
          signer: signer.address,
        }));
        const expected = model.settle(modelOrders, fills, time);
        const { outcomes } = await x.settle(
          drawn.map(({ signed }) => signed),
          fills,
        );
        assert.deepEqual(outcomes.map(skipReasonName), expected.map(skipReasonName), `batch ${i}`);
        await assertEqualState(model);
        for (const outcome of expected) {
          const name = outcome === 0 ? "settled" : skipReasonName(outcome);
          seen.set(name, (seen.get(name) ?? 0) + 1);
        }
      }
      await assertEqualLanes(model);
    });
  }

  it("among which many settle, and nearly every reason occurs", () => {
    assert.ok((seen.get("settled") ?? 0) > 2 * BATCHES, JSON.stringify([...seen]));
    assert.ok(seen.size >= 20, JSON.stringify([...seen]));
  });
});
