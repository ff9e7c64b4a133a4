import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { useExchange } from "../support/exchange-fixture.ts";

describe("settle: a fill that does not hold among others", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    for (const owner of [fixture.alice, fixture.bob, fixture.dave]) {
      await fixture.fund(owner, 10_000_000n);
      await fixture.fundShares(owner, 1, 1000);
    }
  });
  const fill = (takerIndex: number, makerIndex: number, quantityLots = 10) => ({
    takerIndex,
    makerIndex,
    quantityLots,
    yesPriceTicks: 500,
  });

  it("is skipped alone, first, last or in between", async () => {
    const orders = [
      await x.order(x.alice, { quantity: 100 }),
      await x.order(x.bob, { side: 1 }),
      await x.order(x.carol, { side: 1 }),
      await x.order(x.dave, { side: 1 }),
    ];
    const { settled, skipped, outcomes } = await x.settle(orders, [
      fill(0, 2),
      fill(0, 1),
      fill(0, 2),
      fill(0, 3),
      fill(0, 2),
    ]);
    assert.equal(settled, 2);
    assert.deepEqual([...skipped.keys()], [0, 2, 4]);
    assert.equal(skipReasonName(outcomes[2] ?? 0), "maker_shares_short");
    assert.deepEqual(await x.shares(x.alice), [1020, 1000]);
    assert.deepEqual(await x.shares(x.bob), [990, 1000]);
    assert.deepEqual(await x.shares(x.carol), [0, 0]);
    assert.equal(await x.read("filledLots", [x.carol.address, orders[2]?.order.nonce ?? 0n]), 0);
  });

  it("leaves no trace in its lane, so that the rest of its order still fills", async () => {
    const orders = [
      await x.order(x.alice, { quantity: 100 }),
      await x.order(x.bob, { side: 1, quantity: 30 }),
    ];
    const { skipped } = await x.settle(orders, [fill(0, 1, 20), fill(0, 1, 20), fill(0, 1, 10)]);
    assert.deepEqual([...skipped.keys()], [1]);
    assert.equal(await x.read("filledLots", [x.bob.address, orders[1]?.order.nonce ?? 0n]), 30);
  });

  it("lets an account spend in a batch what it gained earlier in it", async () => {
    // Carol has nothing: she may sell only what she bought, and buys with what she got.
    await x.fund(x.carol, 50_000n);
    const orders = [
      await x.order(x.carol, {}),
      await x.order(x.bob, { side: 1 }),
      await x.order(x.carol, { side: 1 }),
      await x.order(x.alice, {}),
      await x.order(x.carol, { outcome: 0 }),
    ];
    const { settled } = await x.settle(orders, [fill(0, 1), fill(2, 3), fill(4, 3)]);
    assert.equal(settled, 3);
    assert.deepEqual(await x.shares(x.carol), [0, 10]);
    assert.equal(await x.cash(x.carol), 0n);
  });

  it("shares account, holding and lane among all orders of one maker", async () => {
    await x.createMarket();
    await x.fundShares(x.bob, 2, 1000);
    const orders = [
      await x.order(x.alice, { quantity: 1000 }),
      await x.order(x.alice, { marketId: 2 }),
    ];
    // One lane of eight nonces, then another, over two markets in turn.
    for (let i = 0; i < 10; i++) {
      const marketId = i % 2 === 0 ? 1 : 2;
      orders.push(await x.order(x.bob, { side: 1, marketId, nonce: BigInt(40 + i) }));
    }
    const fills = orders.slice(2).map((_, i) => fill(i % 2, i + 2, i + 1));
    const { settled } = await x.settle(orders, fills);
    assert.equal(settled, 10);
    for (let i = 0; i < 10; i++) {
      assert.equal(await x.read("filledLots", [x.bob.address, BigInt(40 + i)]), i + 1);
    }
    assert.deepEqual(await x.shares(x.bob, 1), [1000 - 25, 1000]);
    assert.deepEqual(await x.shares(x.bob, 2), [1000 - 30, 1000]);
    assert.equal(await x.cash(x.bob), 10_000_000n + 55n * 5000n);
  });
});
