import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Hex } from "viem";
import {
  accountSlot,
  holdingSlot,
  hotStateSlot,
  laneSlot,
  marketSlot,
  packAccount,
  packHolding,
  packHotState,
  packLane,
  packMarket,
  packTotals,
  totalsSlot,
  unpackAccount,
  unpackHolding,
  unpackHotState,
  unpackLane,
  unpackMarket,
  unpackTotals,
} from "../../../protocol/settlement/storage-layout.ts";
import { useExchange } from "../../contracts/support/exchange-fixture.ts";

describe("storage layout", () => {
  const x = useExchange(async (fixture) => {
    const { alice, bob } = fixture;
    await fixture.createMarket({ takerFeeBps: 100, priceStep: 10 });
    await fixture.fund(alice, 1_000_000n);
    await fixture.fund(bob, 1_000_000n);
    const orders = [
      await fixture.order(alice, { nonce: 13n }),
      await fixture.order(bob, { outcome: 0, nonce: 8n }),
    ];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 77, yesPriceTicks: 500 };
    await fixture.settle(orders, [fill]);
    await fixture.write(alice, "raiseCancelFloor", [99n]);
  });

  async function stored(slot: Hex): Promise<Hex> {
    return (await x.chain.reader.getStorageAt({ address: x.exchange, slot })) ?? "0x";
  }

  async function set(slot: Hex, value: Hex): Promise<void> {
    await x.chain.control.setStorageAt({ address: x.exchange, index: slot, value });
  }

  it("tells what the exchange's views tell", async () => {
    const account = unpackAccount(await stored(accountSlot(x.alice.address)));
    const [floor, pendingFloor, pendingAt] = await x.read("cancelFloor", [x.alice.address]);
    assert.deepEqual(account, { cashMicro: await x.cash(x.alice), floor, pendingFloor, pendingAt });
    assert.equal(pendingFloor, 99n);

    assert.deepEqual(unpackHolding(await stored(holdingSlot(x.alice.address, 1))), {
      yesLots: 77n,
      noLots: 0n,
    });
    assert.deepEqual(unpackHolding(await stored(holdingSlot(x.bob.address, 1))), {
      yesLots: 0n,
      noLots: 77n,
    });
    const lane = unpackLane(await stored(laneSlot(x.alice.address, 13n)));
    assert.deepEqual(lane, [0, 0, 0, 0, 0, 77, 0, 0]);
    assert.deepEqual(
      unpackLane(await stored(laneSlot(x.bob.address, 8n))),
      [77, 0, 0, 0, 0, 0, 0, 0],
    );

    const hot = unpackHotState(await stored(hotStateSlot()));
    const operator = x.operator.address.toLowerCase();
    assert.deepEqual(hot, { paused: false, openInterestLots: 77n, lastBatchId: 1n, operator });
    const market = await x.read("market", [1n]);
    assert.deepEqual(unpackMarket(await stored(marketSlot(1))), {
      closeTime: market.closeTime,
      status: 1,
      takerFeeBps: 100,
      payoutYes: 0,
      priceStep: 10,
      openInterestLots: 77n,
    });
    assert.deepEqual(unpackTotals(await stored(totalsSlot())), {
      collateralMicro: 2_000_000n,
      feesMicro: await x.read("accruedFeesMicro"),
      unredeemedMicro: 0n,
      marketCount: 1n,
    });
  });

  it("packs what the exchange's views then tell", async () => {
    await set(
      accountSlot(x.carol.address),
      packAccount({
        cashMicro: 2n ** 53n - 1n,
        floor: 5n,
        pendingFloor: 2n ** 64n - 1n,
        pendingAt: 2 ** 40 - 1,
      }),
    );
    assert.equal(await x.cash(x.carol), 2n ** 53n - 1n);
    assert.deepEqual(await x.read("cancelFloor", [x.carol.address]), [
      5n,
      2n ** 64n - 1n,
      2 ** 40 - 1,
    ]);
    await set(holdingSlot(x.carol.address, 3), packHolding({ yesLots: 4n, noLots: 2n ** 40n }));
    assert.deepEqual(await x.read("sharesOf", [x.carol.address, 3n]), [4n, 2n ** 40n]);
    const filled = [1, 2, 3, 4, 5, 6, 7, 0xffff_ffff];
    await set(laneSlot(x.carol.address, 2n ** 64n - 1n), packLane(filled));
    for (const [i, lots] of filled.entries()) {
      const nonce = 2n ** 64n - 8n + BigInt(i);
      assert.equal(await x.read("filledLots", [x.carol.address, nonce]), lots);
    }
    const operator = x.carol.address;
    await set(
      hotStateSlot(),
      packHotState({
        paused: true,
        openInterestLots: 2n ** 40n - 1n,
        lastBatchId: 2n ** 48n - 1n,
        operator,
      }),
    );
    assert.equal(await x.read("tradingPaused"), true);
    assert.equal(await x.read("totalOpenInterestLots"), 2n ** 40n - 1n);
    assert.equal(await x.read("lastBatchId"), 2n ** 48n - 1n);
    assert.equal(await x.read("operator"), operator);
    const market = {
      closeTime: 2 ** 40 - 1,
      status: 3,
      takerFeeBps: 10_000,
      payoutYes: 1000,
      priceStep: 1,
      openInterestLots: 2n ** 40n,
    };
    await set(marketSlot(7), packMarket(market));
    const { resolver, resolveDeadline, metadataHash, ...told } = await x.read("market", [7n]);
    assert.deepEqual(told, market);
    await set(
      totalsSlot(),
      packTotals({ collateralMicro: 1n, feesMicro: 2n, unredeemedMicro: 3n, marketCount: 4n }),
    );
    assert.equal(await x.read("collateralMicro"), 1n);
    assert.equal(await x.read("accruedFeesMicro"), 2n);
    assert.equal(await x.read("unredeemedMicro"), 3n);
    assert.equal(await x.read("marketCount"), 4n);
  });

  it("refuses a number beyond its field", () => {
    assert.throws(() => packHolding({ yesLots: 2n ** 128n, noLots: 0n }), RangeError);
    assert.throws(() => packHolding({ yesLots: -1n, noLots: 0n }), RangeError);
  });
});
