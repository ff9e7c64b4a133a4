import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { SignedOrder } from "../../../protocol/order.ts";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { type AttackedFill, prepareLiveMarkets, settleAmidHonest } from "../support/live-batch.ts";
import { assertRefused } from "../support/refusal.ts";

const TOP_NONCE = 2n ** 64n - 1n;

describe("attack: a cancel between match and settlement", () => {
  const x = useExchange(prepareLiveMarkets);

  /** Alice's buy matched with Bob's sell. */
  async function matched(outcome: string, maker?: SignedOrder): Promise<AttackedFill> {
    return { taker: await x.order(x.alice), maker: maker ?? (await sell()), outcome };
  }
  const sell = (nonce?: bigint) =>
    x.order(x.bob, { side: 1, ...(nonce === undefined ? {} : { nonce }) });

  it("nonce bump: a floor raised over every nonce leaves the fill standing", async () => {
    const fill = await matched("settled");
    await x.write(x.bob, "raiseCancelFloor", [TOP_NONCE]);
    await settleAmidHonest(x, [fill]);
  });

  it("nonce bump of both sides, taker and maker", async () => {
    const fill = await matched("settled");
    for (const owner of [x.alice, x.bob]) await x.write(owner, "raiseCancelFloor", [TOP_NONCE]);
    await settleAmidHonest(x, [fill]);
  });

  it("nonce bump: bites at its very second, and the second before not", async () => {
    const fills = [await matched("settled"), await matched("maker_nonce_below_floor")] as const;
    const receipt = await x.write(x.bob, "raiseCancelFloor", [TOP_NONCE]);
    const effectiveAt = x.events(receipt, "CancelFloorRaised")[0]?.["effectiveAt"] as number;
    await settleAmidHonest(x, [fills[0]], { atSeconds: effectiveAt - 1 });
    await settleAmidHonest(x, [fills[1]], { atSeconds: effectiveAt });
  });

  it("nonce bump: a pending one can be neither hastened nor moved by another raise", async () => {
    const fill = await matched("settled");
    await x.write(x.bob, "raiseCancelFloor", [1n]);
    await assertRefused(x.attempt(x.bob, "raiseCancelFloor", [TOP_NONCE]), "TooEarly");
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.bob, "raiseCancelFloor", [TOP_NONCE]);
    await settleAmidHonest(x, [fill]);
  });

  it("order cancel: asked for, it cannot be made final before the delay, by anyone", async () => {
    const maker = await sell();
    await x.write(x.bob, "requestCancel", [[maker.order.nonce]]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS - 2);
    for (const caller of [x.bob, x.carol, x.operator]) {
      const early = x.attempt(caller, "finalizeCancel", [x.bob.address, [maker.order.nonce]]);
      await assertRefused(early, "TooEarly");
    }
    await settleAmidHonest(x, [await matched("settled", maker)]);
  });

  it("order cancel: one that is final voids its order alone, and no neighbour in its lane", async () => {
    const [before, cancelled, after] = [await sell(40n), await sell(41n), await sell(42n)];
    await x.write(x.bob, "requestCancel", [[41n]]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.carol, "finalizeCancel", [x.bob.address, [41n]]);
    await settleAmidHonest(x, [
      await matched("settled", before),
      await matched("maker_order_cancelled", cancelled),
      await matched("settled", after),
    ]);
  });

  it("order cancel: one in a part-filled order leaves what settled as it is", async () => {
    const maker = await sell(40n);
    await settleAmidHonest(x, [{ ...(await matched("settled", maker)), quantityLots: 60 }]);
    await x.write(x.bob, "requestCancel", [[40n]]);
    await settleAmidHonest(x, [{ ...(await matched("settled", maker)), quantityLots: 30 }]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.bob, "finalizeCancel", [x.bob.address, [40n]]);
    const late = { ...(await matched("maker_order_cancelled", maker)), quantityLots: 1 };
    await settleAmidHonest(x, [late]);
    assert.equal((await x.shares(x.bob))[0], 1000 - 90);
  });

  it("order cancel: it reaches nobody else's order of the same nonce", async () => {
    const mine = await x.order(x.alice, { nonce: 77n });
    await x.write(x.carol, "requestCancel", [[77n]]);
    await x.write(x.bob, "requestCancel", [[77n]]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    for (const owner of [x.bob, x.carol]) {
      await x.write(x.carol, "finalizeCancel", [owner.address, [77n]]);
    }
    const stolen = x.attempt(x.bob, "finalizeCancel", [x.alice.address, [77n]]);
    await assertRefused(stolen, "NothingRequested");
    await settleAmidHonest(x, [{ taker: mine, maker: await sell(), outcome: "settled" }]);
  });
});
