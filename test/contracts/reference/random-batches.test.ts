import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Address } from "viem";
import type { Order, SignedOrder } from "../../../protocol/order.ts";
import type { BatchFill } from "../../../protocol/settlement/batch.ts";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { type Actor, actor } from "../support/actor.ts";
import {
  EXIT_DELAY_SECONDS,
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
const MARKETS = [1, 2, 3, 4];

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
  /** Seconds at which something begins or ceases to hold. */
  readonly edges: number[] = [];
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
    // Bids high and asks low on the YES ladder, so that most meet; some at prices near its ends.
    const yesPrice = chance(0.1) ? 1 + below(999) : bid ? 400 + below(300) : 300 + below(300);
    const exact = outcome === 1 ? yesPrice : 1000 - yesPrice;
    const price = chance(0.9) ? Math.round(exact / 10) * 10 : exact;
    const order: Partial<Order> = {
      marketId: chance(0.01) ? 9 : pick([1, 1, ...MARKETS]),
      outcome,
      side: (outcome === 1) === bid ? 0 : 1,
      price: chance(0.02) ? pick([0, 1, 999, 1000, 455, 65_535]) : price,
      quantity: chance(0.06) ? pick([0, 1, 0xffff_fffe, 0xffff_ffff]) : 20 + below(300),
      timeInForce: (chance(0.1) ? 4 + below(3) : below(4)) as Order["timeInForce"],
      maxFeeBps: chance(0.05) ? 50 : chance(0.5) ? 200 : 10_000,
      expiry: chance(0.08) ? this.#expiry() : 0,
      nonce: BigInt(below(NONCES)),
    };
    const signer = chance(0.05) ? this.#delegate : chance(0.02) ? pick(this.#actors) : maker;
    return { signed: await this.#x.order(maker, order, signer), signer };
  }

  /** An expiry, at whose edge a later batch may settle. */
  #expiry(): number {
    const expiry = this.#x.startTime + 5000 + this.#random.below(15_000);
    this.edges.push(expiry + SETTLEMENT_GRACE_SECONDS);
    return expiry;
  }

  /** A time for the next block: now and then right before, at or after something bites. */
  timeAfter(now: number): number {
    const near = this.edges.filter((edge) => edge > now + 1 && edge < now + 2000);
    if (near.length > 0 && this.#random.chance(0.5)) {
      return this.#random.pick(near) - 1 + this.#random.below(3);
    }
    return now + 1 + this.#random.below(600);
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
      quantityLots: chance(0.02) ? 0 : chance(0.03) ? 1 + below(0xffff_ffff) : 1 + below(60),
      yesPriceTicks:
        chance(0.97) && limit >= 0 && limit <= 1000
          ? limit
          : chance(0.9)
            ? below(1002)
            : below(65_536),
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
    // Closes while batches are drawn.
    await fixture.createMarket({ takerFeeBps: 10_000, closeTime: fixture.startTime + 11_000 });
    for (const [i, owner] of actors.entries()) {
      // The last ones are poor, so that they run short.
      await fixture.fund(owner, i < 4 ? 10_000_000n : 300_000n);
      if (i < 5)
        for (const marketId of MARKETS) await fixture.fundShares(owner, marketId, i < 4 ? 500 : 30);
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
    for (const marketId of MARKETS) {
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
      if (i % 2 === 0) model.setDelegate(address, delegate.address, Number.POSITIVE_INFINITY);
    }
    model.raiseFloor((actors[1] as Actor).address, 12n, 0);
    for (const nonce of [3n, 17n]) model.cancel((actors[2] as Actor).address, nonce);
    return model;
  }

  /** Somebody cancels, raises a floor, changes delegates or pays in; the model is told what will bite when. */
  async function act(random: Random, model: SettlementModel, edges: number[]): Promise<void> {
    const who = random.pick(actors);
    const bites = (await x.chain.now()) + 1 + EXIT_DELAY_SECONDS;
    const nonce = BigInt(random.below(NONCES));
    const kind = random.below(5);
    await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(bites - EXIT_DELAY_SECONDS) });
    if (kind === 0) {
      const [floor, , pendingAt] = await x.read("cancelFloor", [who.address]);
      const raised = floor + 1n + BigInt(random.below(3));
      if (pendingAt !== 0) return;
      await x.write(who, "raiseCancelFloor", [raised]);
      model.raiseFloor(who.address, raised, bites);
      edges.push(bites);
    } else if (kind === 1) {
      if ((await x.read("cancelOf", [who.address, nonce])) === 0) {
        await x.write(who, "requestCancel", [[nonce]]);
      }
    } else if (kind === 2) {
      const due = await x.read("cancelOf", [who.address, nonce]);
      if (due === 0 || due >= bites - EXIT_DELAY_SECONDS) return;
      await x.write(delegate, "finalizeCancel", [who.address, [nonce]]);
      model.cancel(who.address, nonce);
    } else if (kind === 3) {
      await changeDelegate(who, model, bites, edges);
    } else {
      await x.fund(who, 50_000n);
      model.cashMicro.set(who.address, (model.cashMicro.get(who.address) ?? 0) + 50_000);
    }
  }

  /** Removes the account's delegate, or adds it again. */
  async function changeDelegate(
    who: Actor,
    model: SettlementModel,
    bites: number,
    edges: number[],
  ): Promise<void> {
    const removed = removals.has(who.address);
    if (removed || !(await x.read("isDelegate", [who.address, delegate.address]))) {
      await x.write(who, "addDelegate", [delegate.address]);
      removals.delete(who.address);
      model.setDelegate(who.address, delegate.address, Number.POSITIVE_INFINITY);
      return;
    }
    await x.write(who, "removeDelegate", [delegate.address]);
    removals.add(who.address);
    model.setDelegate(who.address, delegate.address, bites);
    edges.push(bites);
  }

  async function assertEqualState(model: SettlementModel): Promise<void> {
    for (const { address } of actors) {
      assert.equal(Number(await x.read("cashOf", [address])), model.cashMicro.get(address), "cash");
      for (const marketId of MARKETS) {
        const [yes, no] = await x.read("sharesOf", [address, BigInt(marketId)]);
        assert.equal(Number(yes), model.held(address, marketId, 1), "YES lots");
        assert.equal(Number(no), model.held(address, marketId, 0), "NO lots");
      }
    }
    for (const marketId of MARKETS) {
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
  /** Whose delegate's removal was asked for. */
  const removals = new Set<Address>();
  const suites = Math.ceil(BATCHES / BATCHES_PER_EXCHANGE);
  for (let suite = 0; suite < suites; suite++) {
    const seed = SEED + suite;
    it(`over ${BATCHES_PER_EXCHANGE} random batches from seed ${seed}`, async () => {
      const random = randomFrom(seed);
      const generator = new BatchGenerator(x, random, actors, delegate);
      generator.edges.push(x.startTime + 11_000 + SETTLEMENT_GRACE_SECONDS);
      const model = await modelOf();
      removals.clear();
      for (let i = 0; i < BATCHES_PER_EXCHANGE; i++) {
        const { drawn, fills } = await generator.batch();
        if (random.chance(0.3)) await act(random, model, generator.edges);
        const time = generator.timeAfter(await x.chain.now());
        // The simulation reads the newest block's time, the transaction gets the next block's: the same.
        await x.chain.travelTo(time);
        await x.chain.control.setNextBlockTimestamp({ timestamp: BigInt(time) });
        const modelOrders: ModelOrder[] = drawn.map(({ signed, signer }) => ({
          order: signed.order,
          signer: signer.address,
        }));
        const expected = model.settle(modelOrders, fills, time);
        // Of the mined batch: a call is judged by the time of the block before it.
        const { skipped } = await x.settle(
          drawn.map(({ signed }) => signed),
          fills,
        );
        const outcomes = fills.map((_, index) => skipped.get(index) ?? 0);
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

  it("among which many settle, and most reasons occur", () => {
    assert.ok((seen.get("settled") ?? 0) > BATCHES, JSON.stringify([...seen]));
    assert.ok(seen.size >= 25, JSON.stringify([...seen]));
  });
});
