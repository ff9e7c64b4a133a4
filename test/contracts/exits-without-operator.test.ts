import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Address, encodeFunctionData } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import type { SignedOrder } from "../../protocol/order.ts";
import { contractArtifact } from "../../scripts/contract-artifacts.ts";
import { type Actor, actor } from "./support/actor.ts";
import { type ExchangeFixture, MARKET_SECONDS, useExchange } from "./support/exchange-fixture.ts";
import { createGroup, memberSet, NO, YES } from "./support/groups.ts";
import { assertRefused } from "./support/refusal.ts";

const FEE_MARKET = 1n;
const PLAIN_MARKET = 2n;
const RESOLVED_MARKET = 3n;
const TRADED_LOTS = 99;
const START_MICRO = 2_000_000n;

async function withdrawAll(x: ExchangeFixture, owners: readonly Actor[]): Promise<void> {
  for (const owner of owners) await x.write(owner, "requestWithdrawal", [await x.cash(owner)]);
  await x.travelPastExitDelay();
  for (const { address } of owners) await x.write(x.dave, "executeWithdrawal", [address]);
}

async function sendTokens(
  x: ExchangeFixture,
  from: Actor,
  to: Actor,
  id: bigint,
  lots: bigint,
): Promise<void> {
  x.holders.add(to.address);
  const args = [from.address, to.address, id, lots, "0x"];
  const call = {
    address: x.outcomeTokens,
    abi: outcomeTokensAbi,
    functionName: "safeTransferFrom",
  };
  await x.chain.write(from.address, { ...call, args });
}

/**
 * Operator and resolver are gone, and the guardian has paused trading for good. Alice trades and holds
 * shares, Bob holds the other side and takes it along as tokens, Carol has cash and open orders, Erin's
 * account is a contract. Dave, who has nothing, calls what anyone may call.
 */
describe("with operator and resolver gone, and trading paused for good", () => {
  const erin = actor("erin");
  let openOrder: SignedOrder;
  let wallet: Address;

  const x = useExchange(async (fixture) => {
    const { alice, bob, carol } = fixture;
    await fixture.createMarket({ takerFeeBps: 100 });
    await fixture.createMarket();
    await fixture.createMarket({ closeTime: fixture.startTime + 1000 });
    for (const owner of [alice, bob, carol]) await fixture.fund(owner, START_MICRO);
    await fixture.fundShares(alice, Number(PLAIN_MARKET), 33);
    await fixture.fundShares(alice, Number(RESOLVED_MARKET), 11);
    const orders = [
      await fixture.order(alice, { price: 600 }),
      await fixture.order(bob, { outcome: 0, price: 400 }),
    ];
    const fill = {
      takerIndex: 0,
      makerIndex: 1,
      quantityLots: TRADED_LOTS,
      yesPriceTicks: 600,
    };
    await fixture.settle(orders, [fill]);
    openOrder = await fixture.order(carol, { nonce: 12n });
    wallet = await fixture.chain.deploy("TrapWallet", erin.address);
    fixture.holders.add(wallet);
    await fixture.faucet(erin, START_MICRO);
    await fixture.approve(erin, START_MICRO);
    await fixture.write(erin, "deposit", [wallet, START_MICRO]);
    await fixture.resolveMarket(Number(RESOLVED_MARKET), 700);
    await fixture.write(fixture.admin, "pauseTrading", []);
  });

  const pastResolverDeadlines = () => x.chain.travelTo(x.startTime + 2 * MARKET_SECONDS + 1);

  it("cash leaves after the delay, though orders were open", async () => {
    await withdrawAll(x, [x.carol]);
    assert.equal(await x.walletOf(x.carol), START_MICRO);
    assert.equal(await x.cash(x.carol), 0n);
  });

  it("open orders end on chain, so that an operator who comes back cannot fill them", async () => {
    await x.write(x.carol, "requestCancel", [[openOrder.order.nonce]]);
    await x.write(x.carol, "raiseCancelFloor", [2n ** 64n - 1n]);
    await x.travelPastExitDelay();
    await x.write(x.dave, "finalizeCancel", [x.carol.address, [openOrder.order.nonce]]);
    const seller = await x.order(x.alice, { marketId: 1, side: 1 });
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 10, yesPriceTicks: 500 };
    assert.equal((await x.settle([seller, openOrder], [fill])).settled, 0);
  });

  it("pairs are merged for collateral before any market is resolved", async () => {
    for (const outcome of [0, 1])
      await x.write(x.alice, "requestExport", [PLAIN_MARKET, outcome, 33n]);
    await x.travelPastExitDelay();
    for (const outcome of [0, 1]) {
      await x.write(x.dave, "executeExport", [x.alice.address, PLAIN_MARKET, outcome]);
    }
    await x.write(x.alice, "mergeTokens", [PLAIN_MARKET, 33n]);
    assert.equal(await x.walletOf(x.alice), 330_000n);
  });

  it("a contract account leaves by its own calls", async () => {
    await tellWalletToWithdraw();
    await x.travelPastExitDelay();
    await x.write(x.dave, "executeWithdrawal", [wallet]);
    assert.equal(await x.walletOf(wallet), START_MICRO);
  });

  it("everyone gets out whole to the last micro, and escrow ends at exactly the fees, then at 0", async () => {
    const fees = await x.read("accruedFeesMicro");
    // 99 lots at 600 for 1 % of 400.
    assert.equal(fees, 3960n);
    // Bob takes his shares along as tokens, sells a third of them, and Alice leaves hers in escrow.
    await x.write(x.bob, "requestExport", [FEE_MARKET, 0, BigInt(TRADED_LOTS)]);
    await x.travelPastExitDelay();
    await x.write(x.bob, "executeExport", [x.bob.address, FEE_MARKET, 0]);
    await sendTokens(x, x.bob, x.dave, FEE_MARKET * 2n, 33n);

    await pastResolverDeadlines();
    for (const marketId of [FEE_MARKET, PLAIN_MARKET]) {
      await x.write(x.dave, "voidMarket", [marketId]);
    }
    for (const marketId of [FEE_MARKET, PLAIN_MARKET, RESOLVED_MARKET]) {
      await x.write(x.dave, "redeem", [x.alice.address, marketId]);
    }
    for (const holder of [x.bob, x.dave]) await x.write(holder, "redeemTokens", [FEE_MARKET]);
    await tellWalletToWithdraw();
    await withdrawAll(x, [x.alice, x.bob, x.carol]);
    await x.write(x.dave, "executeWithdrawal", [wallet]);

    const half = (lots: number) => BigInt(lots) * 5000n;
    const cost = (ticks: number) => BigInt(TRADED_LOTS * ticks * 10);
    const pairs = 330_000n + 110_000n;
    const wallets = {
      alice: START_MICRO - cost(600) - fees + half(TRADED_LOTS) + pairs,
      bob: START_MICRO - cost(400) + half(TRADED_LOTS - 33),
      carol: START_MICRO,
      dave: half(33),
    };
    for (const [name, micro] of Object.entries(wallets)) {
      assert.equal(await x.walletOf(x[name as "alice"]), micro, name);
    }
    assert.equal(await x.walletOf(wallet), START_MICRO);
    for (const name of ["totalCashMicro", "unredeemedMicro", "totalOpenInterestLots"] as const) {
      assert.equal(await x.read(name), 0n, name);
    }
    assert.equal(await x.walletOf(x.exchange), fees);
    await x.write(x.admin, "collectFees", [x.admin.address]);
    assert.equal(await x.walletOf(x.exchange), 0n);
    assert.equal(await x.read("collateralMicro"), 0n);
  });

  async function tellWalletToWithdraw(): Promise<void> {
    const { abi } = await contractArtifact("TrapWallet");
    const data = encodeFunctionData({
      abi: exchangeAbi,
      functionName: "requestWithdrawal",
      args: [START_MICRO],
    });
    const call = { address: wallet, abi, functionName: "execute", args: [x.exchange, data] };
    await x.chain.write(erin.address, call);
  }
});

/**
 * The same for members of a group. Alice and Bob hold the sides of a trade in one; Carol holds every outcome,
 * partly as tokens, of which Dave buys some; what she converts she converts during the pause.
 */
describe("with operator and resolver of a group gone, and trading paused for good", () => {
  const groupId = 1n;
  const members = [1n, 2n, 3n] as const;

  const x = useExchange(async (fixture) => {
    const { alice, bob, carol } = fixture;
    await createGroup(fixture, members.length, { takerFeeBps: 100 });
    for (const owner of [alice, bob]) await fixture.fund(owner, START_MICRO);
    for (const marketId of members) await fixture.fundShares(carol, Number(marketId), 100);
    const orders = [
      await fixture.order(alice, { price: 600 }),
      await fixture.order(bob, { outcome: 0, price: 400 }),
    ];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: TRADED_LOTS, yesPriceTicks: 600 };
    await fixture.settle(orders, [fill]);
    await fixture.write(fixture.admin, "pauseTrading", []);
  });

  /** From escrow to the wallet, by the delayed way. */
  async function exportDelayed(exports: readonly (readonly [bigint, 0 | 1, bigint])[]) {
    for (const terms of exports) await x.write(x.carol, "requestExport", terms);
    await x.travelPastExitDelay();
    for (const [marketId, outcome] of exports) {
      await x.write(x.dave, "executeExport", [x.carol.address, marketId, outcome]);
    }
  }

  it("positions are converted both ways, as far as no new collateral is needed", async () => {
    await exportDelayed([
      [1n, NO, 100n],
      [2n, NO, 100n],
      [2n, YES, 30n],
      [3n, YES, 30n],
    ]);
    await x.write(x.carol, "convertNo", [groupId, memberSet(0, 1), 80n]);
    await x.write(x.carol, "convertYes", [groupId, memberSet(0), 30n]);
    const taking = x.attempt(x.carol, "convertYes", [groupId, memberSet(0, 1), 1n]);
    await assertRefused(taking, "TradingIsPaused");
    assert.equal(await x.cash(x.carol), 800_000n);
    const shares = await Promise.all(members.map((id) => x.shares(x.carol, Number(id))));
    assert.deepEqual(shares, [
      [100, 30],
      [70, 0],
      [150, 100],
    ]);
  });

  it("members cannot be voided one by one, nor before the deadline", async () => {
    await assertRefused(x.attempt(x.dave, "voidGroup", [groupId]), "TooEarly");
    await x.chain.travelTo(x.startTime + 2 * MARKET_SECONDS + 1);
    await assertRefused(x.attempt(x.dave, "voidMarket", [2n]), "MarketInGroup");
    await x.attempt(x.dave, "voidGroup", [groupId]);
  });

  it("everyone gets out whole to the last micro, and escrow ends at 0", async () => {
    const fees = await x.read("accruedFeesMicro");
    await exportDelayed([
      [1n, NO, 100n],
      [2n, NO, 100n],
      [2n, YES, 30n],
      [3n, YES, 30n],
    ]);
    await x.write(x.carol, "convertNo", [groupId, memberSet(0, 1), 80n]);
    await x.write(x.carol, "convertYes", [groupId, memberSet(0), 30n]);
    await sendTokens(x, x.carol, x.dave, 2n * 2n, 20n);

    await x.chain.travelTo(x.startTime + 2 * MARKET_SECONDS + 1);
    await x.write(x.dave, "voidGroup", [groupId]);
    for (const { address } of [x.alice, x.bob]) await x.write(x.dave, "redeem", [address, 1n]);
    for (const marketId of members) await x.write(x.dave, "redeem", [x.carol.address, marketId]);
    await x.write(x.carol, "redeemTokens", [1n]);
    await x.write(x.dave, "redeemTokens", [2n]);
    await withdrawAll(x, [x.alice, x.bob, x.carol]);

    // At par: 334 thousandths to YES of the first, 333 to YES of the others. A lot is worth 10 micro a thousandth.
    const worth = (lots: number, thousandths: number) => BigInt(lots * thousandths * 10);
    const wallets = {
      alice: START_MICRO - worth(TRADED_LOTS, 600) - fees + worth(TRADED_LOTS, 334),
      bob: START_MICRO - worth(TRADED_LOTS, 400) + worth(TRADED_LOTS, 666),
      carol:
        worth(100, 334) +
        worth(70 + 150, 333) +
        worth(30 + 20, 666) +
        worth(100, 667) +
        worth(80, 1000),
      dave: worth(20, 667),
    };
    for (const [name, micro] of Object.entries(wallets)) {
      assert.equal(await x.walletOf(x[name as "alice"]), micro, name);
    }
    // What she put in, in whichever form it is.
    assert.equal(wallets.carol + wallets.dave, 3_000_000n);
    for (const name of ["totalCashMicro", "unredeemedMicro", "totalOpenInterestLots"] as const) {
      assert.equal(await x.read(name), 0n, name);
    }
    assert.equal(await x.walletOf(x.exchange), fees);
    await x.write(x.admin, "collectFees", [x.admin.address]);
    assert.equal(await x.walletOf(x.exchange), 0n);
    assert.equal(await x.read("collateralMicro"), 0n);
  });
});
