import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Address, encodeFunctionData } from "viem";
import { exchangeAbi } from "../../protocol/abi/exchange.ts";
import { outcomeTokensAbi } from "../../protocol/abi/outcome-tokens.ts";
import type { SignedOrder } from "../../protocol/order.ts";
import { contractArtifact } from "../../scripts/contract-artifacts.ts";
import { type Actor, actor } from "./support/actor.ts";
import { EXIT_DELAY_SECONDS, MARKET_SECONDS, useExchange } from "./support/exchange-fixture.ts";

const FEE_MARKET = 1n;
const PLAIN_MARKET = 2n;
const RESOLVED_MARKET = 3n;
const TRADED_LOTS = 99;
const START_MICRO = 2_000_000n;

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

  const exitDelayPassed = async () => x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
  const pastResolverDeadlines = () => x.chain.travelTo(x.startTime + 2 * MARKET_SECONDS + 1);

  async function withdrawAll(owners: readonly Actor[]): Promise<void> {
    for (const owner of owners) await x.write(owner, "requestWithdrawal", [await x.cash(owner)]);
    await exitDelayPassed();
    for (const { address } of owners) await x.write(x.dave, "executeWithdrawal", [address]);
  }

  it("cash leaves after the delay, though orders were open", async () => {
    await withdrawAll([x.carol]);
    assert.equal(await x.walletOf(x.carol), START_MICRO);
    assert.equal(await x.cash(x.carol), 0n);
  });

  it("open orders end on chain, so that an operator who comes back cannot fill them", async () => {
    await x.write(x.carol, "requestCancel", [[openOrder.order.nonce]]);
    await x.write(x.carol, "raiseCancelFloor", [2n ** 64n - 1n]);
    await exitDelayPassed();
    await x.write(x.dave, "finalizeCancel", [x.carol.address, [openOrder.order.nonce]]);
    const seller = await x.order(x.alice, { marketId: 1, side: 1 });
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 10, yesPriceTicks: 500 };
    assert.equal((await x.settle([seller, openOrder], [fill])).settled, 0);
  });

  it("pairs are merged for collateral before any market is resolved", async () => {
    for (const outcome of [0, 1])
      await x.write(x.alice, "requestExport", [PLAIN_MARKET, outcome, 33n]);
    await exitDelayPassed();
    for (const outcome of [0, 1]) {
      await x.write(x.dave, "executeExport", [x.alice.address, PLAIN_MARKET, outcome]);
    }
    await x.write(x.alice, "mergeTokens", [PLAIN_MARKET, 33n]);
    assert.equal(await x.walletOf(x.alice), 330_000n);
  });

  it("a contract account leaves by its own calls", async () => {
    await tellWalletToWithdraw();
    await exitDelayPassed();
    await x.write(x.dave, "executeWithdrawal", [wallet]);
    assert.equal(await x.walletOf(wallet), START_MICRO);
  });

  it("everyone gets out whole to the last micro, and escrow ends at exactly the fees, then at 0", async () => {
    const fees = await x.read("accruedFeesMicro");
    // 99 lots at 600 for 1 % of 400.
    assert.equal(fees, 3960n);
    // Bob takes his shares along as tokens, sells a third of them, and Alice leaves hers in escrow.
    await x.write(x.bob, "requestExport", [FEE_MARKET, 0, BigInt(TRADED_LOTS)]);
    await exitDelayPassed();
    await x.write(x.bob, "executeExport", [x.bob.address, FEE_MARKET, 0]);
    await sendTokens(x.bob, x.dave, FEE_MARKET * 2n, 33n);

    await pastResolverDeadlines();
    for (const marketId of [FEE_MARKET, PLAIN_MARKET]) {
      await x.write(x.dave, "voidMarket", [marketId]);
    }
    for (const marketId of [FEE_MARKET, PLAIN_MARKET, RESOLVED_MARKET]) {
      await x.write(x.dave, "redeem", [x.alice.address, marketId]);
    }
    for (const holder of [x.bob, x.dave]) await x.write(holder, "redeemTokens", [FEE_MARKET]);
    await tellWalletToWithdraw();
    await withdrawAll([x.alice, x.bob, x.carol]);
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

  async function sendTokens(from: Actor, to: Actor, id: bigint, lots: bigint): Promise<void> {
    x.holders.add(to.address);
    const args = [from.address, to.address, id, lots, "0x"];
    const call = {
      address: x.outcomeTokens,
      abi: outcomeTokensAbi,
      functionName: "safeTransferFrom",
    };
    await x.chain.write(from.address, { ...call, args });
  }
});
