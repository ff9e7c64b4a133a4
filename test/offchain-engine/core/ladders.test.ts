import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { CoreAssertionError } from "../../../offchain-engine/core/assert.ts";
import {
  ASK,
  BID,
  type LadderSide,
  Ladders,
  NO_ASK,
  NO_BID,
} from "../../../offchain-engine/core/ladders.ts";
import { NO_SLOT, OrderSlots } from "../../../offchain-engine/core/order-slots.ts";
import { RandomSource } from "./random-source.ts";

interface Resting {
  market: number;
  side: LadderSide;
  tick: number;
  slot: number;
  lots: number;
}

const MARKETS = 3;

class Books {
  readonly slots = new OrderSlots(2);
  readonly ladders = new Ladders(this.slots);

  constructor() {
    this.ladders.ensure(MARKETS);
  }

  rest(market: number, side: LadderSide, tick: number, lots: number): number {
    const slot = this.slots.take();
    this.slots.setRemaining(slot, lots);
    this.ladders.append(market, side, tick, slot);
    return slot;
  }

  leave(slot: number): void {
    this.ladders.remove(slot);
    this.slots.free(slot);
  }
}

/** Levels of a plain list of orders, best first. */
function levelsOf(resting: Resting[], market: number, side: LadderSide): [number, number][] {
  const byTick = new Map<number, number>();
  for (const order of resting) {
    if (order.side !== side || order.market !== market) continue;
    byTick.set(order.tick, (byTick.get(order.tick) ?? 0) + order.lots);
  }
  return [...byTick].sort((a, b) => (side === BID ? b[0] - a[0] : a[0] - b[0]));
}

function slotsOf(resting: Resting[], market: number, side: LadderSide): number[] {
  const ofSide = resting.filter((order) => order.market === market && order.side === side);
  return levelsOf(resting, market, side).flatMap(([tick]) =>
    ofSide.filter((order) => order.tick === tick).map(({ slot }) => slot),
  );
}

describe("ladders", () => {
  it("are empty at first, their best prices beyond every price", () => {
    const { ladders } = new Books();
    assert.equal(ladders.best(0, BID), NO_BID);
    assert.equal(ladders.best(0, ASK), NO_ASK);
    assert.equal(ladders.head(0, 500), NO_SLOT);
    assert.deepEqual(ladders.depth(0, BID), []);
  });

  it("refuse an order that would cross", () => {
    const books = new Books();
    books.rest(0, ASK, 500, 1);
    assert.throws(() => books.rest(0, BID, 500, 1), CoreAssertionError);
    books.rest(1, BID, 500, 1);
    assert.throws(() => books.rest(1, ASK, 499, 1), CoreAssertionError);
  });

  it("find the best level and the next at the edges of the bitmap's words", () => {
    const ticks = [1, 31, 32, 63, 64, 500, 991, 992, 999];
    for (const [market, side] of [
      [0, BID],
      [1, ASK],
    ] as const) {
      const books = new Books();
      for (const tick of ticks) books.rest(market, side, tick, 1);
      const walk = books.ladders.depth(market, side).map(([tick]) => tick);
      assert.deepEqual(walk, side === ASK ? ticks : [...ticks].reverse());
      const { ladders } = books;
      assert.equal(ladders.worse(market, side, 33), side === ASK ? 63 : 32);
      assert.equal(ladders.worse(market, side, side === ASK ? 999 : 1), side === ASK ? NO_ASK : 0);
    }
  });

  for (const seed of [1, 2, 3]) {
    it(`equal plain sorted lists over random changes of three markets, seed ${seed}`, () => {
      const random = new RandomSource(seed);
      const books = new Books();
      const { ladders, slots } = books;
      let resting: Resting[] = [];
      for (let i = 0; i < 4_000; i++) {
        const dice = random.below(10);
        const chosen = resting.length > 0 ? random.pick(resting) : null;
        if (!chosen || dice < 5) {
          const market = random.below(MARKETS);
          const side = random.pick([BID, ASK] as const);
          const best = ladders.best(market, side === BID ? ASK : BID);
          const tick = side === BID ? random.between(0, best - 1) : random.between(best + 1, 1000);
          if (tick < 1 || tick > 999) continue;
          const lots = random.chance(90) ? random.between(1, 50) : 4_294_967_294;
          resting.push({ market, side, tick, slot: books.rest(market, side, tick, lots), lots });
        } else if (dice < 7 && chosen.lots > 1) {
          const lots = random.between(1, chosen.lots - 1);
          ladders.reduce(chosen.slot, lots);
          chosen.lots -= lots;
        } else {
          books.leave(chosen.slot);
          resting = resting.filter((order) => order !== chosen);
        }
        if (i % 20 !== 0) continue;
        for (let market = 0; market < MARKETS; market++) {
          for (const side of [BID, ASK] as const) {
            assert.deepEqual(ladders.depth(market, side), levelsOf(resting, market, side));
            assert.deepEqual(ladders.slotsOf(market, side), slotsOf(resting, market, side));
          }
        }
      }
      assert.equal(slots.live, resting.length);
    });
  }
});

describe("order slots", () => {
  it("are taken again, once free, before new ones", () => {
    const slots = new OrderSlots(8);
    const taken = [slots.take(), slots.take(), slots.take()] as const;
    slots.free(taken[1]);
    slots.free(taken[0]);
    assert.equal(slots.live, 1);
    assert.deepEqual([slots.take(), slots.take()], [taken[0], taken[1]]);
    assert.equal(slots.take(), 3);
  });

  it("grow and keep what they hold", () => {
    const slots = new OrderSlots(3);
    for (let i = 0; i < 5_000; i++) {
      const slot = slots.take();
      slots.setRemaining(slot, 4_294_967_294 - i);
      slots.setQuantity(slot, i);
    }
    for (let slot = 0; slot < 5_000; slot++) {
      assert.equal(slots.remaining(slot), 4_294_967_294 - slot);
      assert.equal(slots.quantity(slot), slot);
    }
  });
});
