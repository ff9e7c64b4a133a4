import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { decodeFillData } from "../../../protocol/settlement/fill-data.ts";
import { feeMicroDown } from "../../../protocol/units.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("settle: the taker's fee", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket({ takerFeeBps: 137 });
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fund(owner, 10_000_000n);
      await fixture.fundShares(owner, 1, 1000);
    }
  });

  /** Alice takes 33 lots from Bob at a YES price; the fee and both gains of cash. */
  async function take(side: 0 | 1, yesPriceTicks: number) {
    const before = [await x.cash(x.alice), await x.cash(x.bob)] as const;
    const orders = [
      await x.order(x.alice, { side, price: yesPriceTicks }),
      await x.order(x.bob, { side: side === 0 ? 1 : 0, price: yesPriceTicks }),
    ];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 33, yesPriceTicks };
    const { fillWords } = await x.settle(orders, [fill]);
    return {
      fee: Number(decodeFillData(fillWords[0] ?? 0n).feeMicro),
      taker: Number((await x.cash(x.alice)) - before[0]),
      maker: Number((await x.cash(x.bob)) - before[1]),
    };
  }

  it("comes on top for a buyer and out of the proceeds for a seller, rounded down", async () => {
    // 33 × 30 × 10 × 1.37 % = 135.63
    assert.deepEqual(await take(0, 30), { fee: 135, taker: -9900 - 135, maker: 9900 });
    assert.deepEqual(await take(1, 30), { fee: 135, taker: 9900 - 135, maker: -9900 });
  });

  it("is the same on either side of 500", async () => {
    assert.equal((await take(0, 970)).fee, 135);
    assert.equal((await take(0, 500)).fee, feeMicroDown(500, 33, 137));
  });

  it("accrues, and goes to whom the admin says", async () => {
    await take(0, 30);
    await take(0, 30);
    assert.equal(await x.read("accruedFeesMicro"), 270n);
    await assertRefused(x.attempt(x.operator, "collectFees", [x.operator.address]), "NotAdmin");
    const receipt = await x.write(x.admin, "collectFees", [x.carol.address]);
    assert.deepEqual(x.events(receipt, "FeesCollected"), [
      { to: x.carol.address, amountMicro: 270n },
    ]);
    assert.equal(await x.walletOf(x.carol), 270n);
    await assertRefused(x.attempt(x.admin, "collectFees", [x.carol.address]), "AmountZero");
  });

  it("takes a buyer's last cash but not more", async () => {
    const fee = feeMicroDown(500, 100, 137);
    await x.fund(x.carol, BigInt(500_000 + fee - 1));
    const orders = [await x.order(x.carol), await x.order(x.bob, { side: 1 })];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    assert.equal((await x.settle(orders, [fill])).settled, 0);
    await x.fund(x.carol, 1n);
    assert.equal((await x.settle(orders, [fill])).settled, 1);
    assert.equal(await x.cash(x.carol), 0n);
  });

  it("leaves a seller with nothing at the highest fee, but never below", async () => {
    const marketId = await x.createMarket({ takerFeeBps: 10_000 });
    await x.fundShares(x.carol, marketId, 10);
    const orders = [
      await x.order(x.carol, { marketId, side: 1, price: 1 }),
      await x.order(x.bob, { marketId, price: 500 }),
    ];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 10, yesPriceTicks: 500 };
    assert.equal((await x.settle(orders, [fill])).settled, 1);
    assert.equal(await x.cash(x.carol), 0n);
  });
});
