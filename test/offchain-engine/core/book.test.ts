import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ASK, BID, Book, type LadderSide, NO_TICK } from "../../../offchain-engine/core/book.ts";
import { NO_SLOT, OrderPool } from "../../../offchain-engine/core/order-pool.ts";
import { RandomSource } from "./random-source.ts";

interface Resting {
  side: LadderSide;
  tick: number;
  slot: number;
  lots: number;
}

/** Levels of a plain list of orders, best first. */
function levelsOf(resting: Resting[], side: LadderSide): [number, number][] {
  const byTick = new Map<number, number>();
  for (const order of resting) {
    if (order.side !== side) continue;
    byTick.set(order.tick, (byTick.get(order.tick) ?? 0) + order.lots);
  }
  return [...byTick].sort((a, b) => (side === BID ? b[0] - a[0] : a[0] - b[0]));
}

function slotsOf(resting: Resting[], side: LadderSide): number[] {
  return levelsOf(resting, side).flatMap(([tick]) =>
    resting.filter((order) => order.side === side && order.tick === tick).map(({ slot }) => slot),
  );
}

describe("book", () => {
  it("is empty at first", () => {
    const book = new Book(new OrderPool());
    assert.equal(book.best(BID), NO_TICK);
    assert.equal(book.best(ASK), NO_TICK);
    assert.deepEqual(book.takeChanges(), { bids: [], asks: [] });
  });

  it("finds the best level and the next at the edges of its bitmap's words", () => {
    const pool = new OrderPool();
    const book = new Book(pool);
    const ticks = [1, 31, 32, 63, 64, 500, 991, 992, 999];
    for (const side of [BID, ASK] as const) {
      for (const tick of ticks) book.append(side, tick, pool.take(1, 0, 1));
    }
    const walk = (side: LadderSide) => book.depth(side).map(([tick]) => tick);
    assert.deepEqual(walk(ASK), ticks);
    assert.deepEqual(walk(BID), [...ticks].reverse());
    assert.equal(book.worse(ASK, 999), NO_TICK);
    assert.equal(book.worse(BID, 1), NO_TICK);
    assert.equal(book.worse(ASK, 33), 63);
    assert.equal(book.worse(BID, 33), 32);
  });

  for (const seed of [1, 2, 3]) {
    it(`equals a plain sorted list over random changes, seed ${seed}`, () => {
      const random = new RandomSource(seed);
      const pool = new OrderPool();
      const book = new Book(pool);
      let resting: Resting[] = [];
      for (let i = 0; i < 4_000; i++) {
        const dice = random.below(10);
        const chosen = resting.length > 0 ? random.pick(resting) : null;
        if (!chosen || dice < 5) {
          const side = random.pick([BID, ASK] as const);
          const [tick, lots] = [random.between(1, 999), random.between(1, 50)];
          const slot = pool.take(i + 1, 0, lots);
          book.append(side, tick, slot);
          resting.push({ side, tick, slot, lots });
        } else if (dice < 7 && chosen.lots > 1) {
          const lots = random.between(1, chosen.lots - 1);
          book.reduce(chosen.slot, lots);
          chosen.lots -= lots;
        } else {
          book.remove(chosen.slot);
          pool.free(chosen.slot);
          resting = resting.filter((order) => order !== chosen);
        }
        if (i % 20 !== 0) continue;
        for (const side of [BID, ASK] as const) {
          assert.deepEqual(book.depth(side), levelsOf(resting, side));
          assert.deepEqual(book.slots(side), slotsOf(resting, side));
        }
      }
      assert.equal(pool.live, resting.length);
    });
  }
});

describe("order pool", () => {
  it("takes freed slots again before new ones", () => {
    const pool = new OrderPool();
    const slots = [1, 2, 3].map((id) => pool.take(id, 0, 1));
    pool.free(slots[1] ?? NO_SLOT);
    pool.free(slots[0] ?? NO_SLOT);
    assert.equal(pool.live, 1);
    assert.deepEqual([pool.take(4, 0, 1), pool.take(5, 0, 1)], [slots[0], slots[1]]);
    assert.equal(pool.take(6, 0, 1), 3);
  });

  it("grows and keeps what it holds", () => {
    const pool = new OrderPool();
    const slots = Array.from({ length: 5_000 }, (_, i) => pool.take(i + 1, i, 4_294_967_294 - i));
    for (const [i, slot] of slots.entries()) {
      assert.equal(pool.orderId[slot], i + 1);
      assert.equal(pool.account[slot], i);
      assert.equal(pool.remainingLots[slot], 4_294_967_294 - i);
    }
  });
});
