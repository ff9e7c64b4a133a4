import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { devCollateralAbi } from "../../../protocol/abi/dev-collateral.ts";
import type { SignedOrder } from "../../../protocol/order.ts";
import {
  EXIT_DELAY_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

/**
 * Between match and settlement the maker tries to get out of the fill. Each test lets the maker do its
 * worst and then settles what was matched before.
 */
describe("a matched fill settles whatever its maker does", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.fund(fixture.alice, 1_000_000n);
    await fixture.fund(fixture.bob, 500_000n);
    await fixture.fundShares(fixture.bob, 1, 100);
  });

  /** Alice's order matched with Bob's, of which all is still to be settled. */
  async function matched(maker?: SignedOrder): Promise<() => Promise<void>> {
    const orders = [await x.order(x.alice), maker ?? (await x.order(x.bob, { side: 1 }))];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    return async () => {
      const { settled } = await x.settle(orders, [fill]);
      assert.equal(settled, 1);
      assert.equal((await x.shares(x.alice))[0], 100);
    };
  }

  it("nonce bump: a raised cancel floor bites only after the delay", async () => {
    const settle = await matched();
    await x.write(x.bob, "raiseCancelFloor", [2n ** 64n - 1n]);
    await settle();
  });

  it("order cancel: it is final only after the delay", async () => {
    const maker = await x.order(x.bob, { side: 1 });
    const settle = await matched(maker);
    await x.write(x.bob, "requestCancel", [[maker.order.nonce]]);
    const early = x.attempt(x.bob, "finalizeCancel", [x.bob.address, [maker.order.nonce]]);
    await assertRefused(early, "TooEarly");
    await settle();
  });

  it("balance drain: cash leaves only after the delay", async () => {
    const buyer = await x.order(x.bob, { price: 500 });
    await x.fundShares(x.alice, 1, 100);
    const orders = [await x.order(x.alice, { side: 1 }), buyer];
    await x.write(x.bob, "requestWithdrawal", [500_000n]);
    await assertRefused(x.attempt(x.bob, "executeWithdrawal", [x.bob.address]), "TooEarly");
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    assert.equal((await x.settle(orders, [fill])).settled, 1);
    // What is due later pays only what the fill has left: nothing.
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    const executing = x.attempt(x.bob, "executeWithdrawal", [x.bob.address]);
    await assertRefused(executing, "InsufficientCash");
  });

  it("share drain: shares leave only after the delay, and merging takes tokens only", async () => {
    const settle = await matched();
    await x.write(x.bob, "requestExport", [1n, 1, 100n]);
    await assertRefused(x.attempt(x.bob, "executeExport", [x.bob.address, 1n, 1]), "TooEarly");
    await assert.rejects(x.attempt(x.bob, "mergeTokens", [1n, 100n]));
    await assertRefused(x.attempt(x.bob, "redeem", [x.bob.address, 1n]), "MarketNotResolved");
    await settle();
  });

  it("allowance revoke: settlement needs none", async () => {
    const settle = await matched();
    for (const owner of [x.alice, x.bob]) await x.approve(owner, 0n);
    await settle();
  });

  it("wallet drain: settlement does not touch wallets", async () => {
    await x.faucet(x.bob, 1_000_000n);
    const settle = await matched();
    await x.chain.write(x.bob.address, {
      address: x.collateral,
      abi: devCollateralAbi,
      functionName: "transfer",
      args: [x.carol.address, 1_000_000n],
    });
    await settle();
  });

  it("receiver trap: a maker's contract is never called", async () => {
    const settle = await matched();
    // INVALID at once: any call to Bob's or Alice's account would fail.
    for (const owner of [x.alice, x.bob]) {
      await x.chain.control.setCode({ address: owner.address, bytecode: "0xfe" });
    }
    await settle();
  });

  it("key trap: a removed delegate's orders settle until the delay has passed", async () => {
    await x.write(x.bob, "addDelegate", [x.carol.address]);
    const settle = await matched(await x.order(x.bob, { side: 1 }, x.carol));
    await x.write(x.bob, "removeDelegate", [x.carol.address]);
    await settle();
  });

  it("expiry: an order that runs out meanwhile settles within the grace", async () => {
    const expiry = (await x.chain.now()) + 60;
    const settle = await matched(await x.order(x.bob, { side: 1, timeInForce: 1, expiry }));
    await x.chain.control.setNextBlockTimestamp({
      timestamp: BigInt(expiry + SETTLEMENT_GRACE_SECONDS),
    });
    await settle();
  });

  it("pause: what was matched before it settles during it, before any exit ripens", async () => {
    const settle = await matched();
    await x.write(x.admin, "pauseTrading", []);
    await x.write(x.bob, "requestExport", [1n, 1, 100n]);
    await settle();
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    const executing = x.attempt(x.bob, "executeExport", [x.bob.address, 1n, 1]);
    await assertRefused(executing, "InsufficientShares");
  });

  it("and after the delay the maker is out", async () => {
    const maker = await x.order(x.bob, { side: 1 });
    await x.write(x.bob, "raiseCancelFloor", [2n ** 64n - 1n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    const { settled } = await x.settle([await x.order(x.alice), maker], [fill]);
    assert.equal(settled, 0);
  });
});
