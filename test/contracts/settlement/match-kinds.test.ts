import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { decodeFillData } from "../../../protocol/settlement/fill-data.ts";
import { useExchange } from "../support/exchange-fixture.ts";

const BUY = 0;
const SELL = 1;
const YES = 1;
const NO = 0;

describe("settle: the four match kinds", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fund(owner, 1_000_000_000n);
      await fixture.fundShares(owner, 1, 1000);
    }
  });

  /** Alice takes Bob's order at a YES price of 400. */
  async function trade(
    taker: { outcome: 0 | 1; side: 0 | 1 },
    maker: { outcome: 0 | 1; side: 0 | 1 },
  ) {
    const price = (outcome: number) => (outcome === YES ? 400 : 600);
    const orders = [
      await x.order(x.alice, { ...taker, price: price(taker.outcome) }),
      await x.order(x.bob, { ...maker, price: price(maker.outcome) }),
    ];
    return x.settle(orders, [
      { takerIndex: 0, makerIndex: 1, quantityLots: 50, yesPriceTicks: 400 },
    ]);
  }

  /** What Alice and Bob gained: cash in micro, YES lots, NO lots. */
  async function gains() {
    const of = async (owner: typeof x.alice) => {
      const [yes, no] = await x.shares(owner);
      return [Number((await x.cash(owner)) - 1_000_000_000n), yes - 1000, no - 1000];
    };
    return { alice: await of(x.alice), bob: await of(x.bob) };
  }

  it("moves YES shares between a buyer and a seller of YES", async () => {
    const { settled, fillWords } = await trade(
      { outcome: YES, side: BUY },
      { outcome: YES, side: SELL },
    );
    assert.equal(settled, 1);
    assert.deepEqual(await gains(), { alice: [-200_000, 50, 0], bob: [200_000, -50, 0] });
    assert.equal(await x.read("totalOpenInterestLots"), 2000n);
    assert.deepEqual(decodeFillData(fillWords[0] ?? 0n), {
      takerNonce: 1000n,
      makerNonce: 1001n,
      feeMicro: 0n,
      quantityLots: 50,
      yesPriceTicks: 400,
      takerLeg: { outcome: YES, side: BUY },
      makerLeg: { outcome: YES, side: SELL },
    });
  });

  it("moves NO shares between a seller and a buyer of NO", async () => {
    await trade({ outcome: NO, side: SELL }, { outcome: NO, side: BUY });
    assert.deepEqual(await gains(), { alice: [300_000, 0, -50], bob: [-300_000, 0, 50] });
    assert.equal(await x.read("totalOpenInterestLots"), 2000n);
  });

  it("mints a pair for buyers of YES and NO", async () => {
    await trade({ outcome: YES, side: BUY }, { outcome: NO, side: BUY });
    assert.deepEqual(await gains(), { alice: [-200_000, 50, 0], bob: [-300_000, 0, 50] });
    assert.equal(await x.read("totalOpenInterestLots"), 2050n);
    assert.equal((await x.read("market", [1n])).openInterestLots, 2050n);
  });

  it("merges a pair of sellers of NO and YES", async () => {
    await trade({ outcome: NO, side: SELL }, { outcome: YES, side: SELL });
    assert.deepEqual(await gains(), { alice: [300_000, 0, -50], bob: [200_000, -50, 0] });
    assert.equal(await x.read("totalOpenInterestLots"), 1950n);
    assert.equal((await x.read("market", [1n])).openInterestLots, 1950n);
  });
});
