import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { encodeFunctionData, type Hex } from "viem";
import { exchangeAbi } from "../../../protocol/abi/exchange.ts";
import { exchangeRolesAbi } from "../../../protocol/abi/exchange-roles.ts";
import { encodeBatch } from "../../../protocol/settlement/batch.ts";
import { contractArtifact } from "../../../scripts/contract-artifacts.ts";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { prepareLiveMarkets, START_LOTS, START_MICRO } from "../support/live-batch.ts";
import { assertRefused } from "../support/refusal.ts";

/** ReentrancyGuardReentrantCall() */
const REENTERED = "0x3ee5aeb5";

/** Collateral is chosen at deployment and should have no hooks; the books stay even if it has. */
describe("attack: collateral that calls back, keeps a fee or freezes accounts", () => {
  const x = useExchange(prepareLiveMarkets, "HookedCollateral");

  async function tell(functionName: string, args: readonly unknown[]): Promise<void> {
    const { abi } = await contractArtifact("HookedCollateral");
    await x.chain.write(x.admin.address, { address: x.collateral, abi, functionName, args });
  }

  async function hookError(): Promise<Hex> {
    const { abi } = await contractArtifact("HookedCollateral");
    const read = (functionName: string) =>
      x.chain.reader.readContract({ address: x.collateral, abi, functionName });
    assert.equal(await read("hookRan"), true, "the armed call ran");
    return (await read("hookError")) as Hex;
  }

  /** Lets the next transfer call the exchange. */
  async function arm(functionName: string, args: readonly unknown[]): Promise<void> {
    const data = encodeFunctionData({ abi: exchangeAbi, functionName, args } as never);
    await tell("arm", [x.exchange, data]);
  }

  /** Lets the next transfer settle a batch in which Alice and Bob make 100 pairs, as operator. */
  async function armSettlement(): Promise<void> {
    await x.write(x.admin, "setOperator", [x.collateral]);
    const orders = [await x.order(x.alice), await x.order(x.bob, { outcome: 0 })];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    await arm("settle", [encodeBatch(await x.batch(orders, [fill]))]);
  }

  async function giveWallet(micro: bigint): Promise<void> {
    await x.faucet(x.alice, micro);
    await x.approve(x.alice, micro);
  }

  it("split: pairs that a batch made inside the transfer are not written over", async () => {
    const before = await x.read("market", [1n]);
    await giveWallet(100_000n);
    await armSettlement();
    await x.write(x.alice, "split", [1n, 10n]);
    assert.equal(await hookError(), "0x");
    const { openInterestLots } = await x.read("market", [1n]);
    assert.equal(openInterestLots, before.openInterestLots + 110n);
    assert.deepEqual(await x.shares(x.alice), [START_LOTS + 110, START_LOTS + 10]);
  });

  it("deposit: cash that a batch took inside the transfer stays taken", async () => {
    await giveWallet(700n);
    await armSettlement();
    await x.write(x.alice, "deposit", [x.alice.address, 700n]);
    assert.equal(await hookError(), "0x");
    assert.equal(await x.cash(x.alice), START_MICRO - 500_000n + 700n);
  });

  it("withdrawal: cash that a batch took inside the transfer stays taken", async () => {
    await x.write(x.alice, "requestWithdrawal", [START_MICRO - 500_000n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await armSettlement();
    await x.write(x.bob, "executeWithdrawal", [x.alice.address]);
    assert.equal(await hookError(), "0x");
    assert.equal(await x.cash(x.alice), 0n);
  });

  it("withdrawal: a batch inside the transfer finds no cash that is on its way out", async () => {
    await x.write(x.alice, "requestWithdrawal", [START_MICRO]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await armSettlement();
    await x.write(x.bob, "executeWithdrawal", [x.alice.address]);
    assert.equal(await hookError(), "0x");
    assert.deepEqual(await x.shares(x.alice), [START_LOTS, START_LOTS]);
    assert.equal(await x.walletOf(x.alice), START_MICRO);
  });

  it("every way in and out is shut while another is open", async () => {
    await giveWallet(1000n);
    const doors: [string, readonly unknown[]][] = [
      ["deposit", [x.collateral, 1n]],
      ["split", [1n, 1n]],
      ["executeWithdrawal", [x.alice.address]],
      ["executeExport", [x.alice.address, 1n, 1]],
      ["importShares", [1n, 1, 1n]],
      ["mergeTokens", [1n, 1n]],
      ["redeemTokens", [1n]],
      ["createMarket", [x.marketParams()]],
    ];
    for (const [functionName, args] of doors) {
      await arm(functionName, args);
      await x.write(x.alice, "deposit", [x.alice.address, 1n]);
      assert.equal(await hookError(), REENTERED, functionName);
    }
  });

  it("fees collected inside a deposit: the deposit is refused, since less arrived", async () => {
    const marketId = await x.createMarket({ takerFeeBps: 100 });
    const orders = [
      await x.order(x.alice, { marketId }),
      await x.order(x.bob, { marketId, outcome: 0 }),
    ];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    await x.settle(orders, [fill]);
    const roles = await x.read("roles");
    const call = { address: roles, abi: exchangeRolesAbi };
    const begin = { ...call, functionName: "beginDefaultAdminTransfer", args: [x.collateral] };
    await x.chain.write(x.admin.address, begin);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    const accept = { ...call, functionName: "acceptDefaultAdminTransfer" };
    await x.chain.write(x.collateral, accept);
    await giveWallet(10_000n);
    await arm("collectFees", [x.collateral]);
    const deposit = x.attempt(x.alice, "deposit", [x.alice.address, 10_000n]);
    await assertRefused(deposit, "CollateralNotReceived");
  });

  it("a fee on transfers: nothing comes in that did not arrive whole", async () => {
    await giveWallet(100_000n);
    await tell("setFee", [1n]);
    const deposit = x.attempt(x.alice, "deposit", [x.alice.address, 1000n]);
    await assertRefused(deposit, "CollateralNotReceived");
    await assertRefused(x.attempt(x.alice, "split", [1n, 1n]), "CollateralNotReceived");
  });

  it("a frozen account: hinders its own exit alone, and keeps its cash and request", async () => {
    for (const owner of [x.alice, x.bob]) await x.write(owner, "requestWithdrawal", [START_MICRO]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await tell("freeze", [x.bob.address]);
    await assert.rejects(x.attempt(x.bob, "executeWithdrawal", [x.bob.address]));
    await x.write(x.carol, "executeWithdrawal", [x.alice.address]);
    assert.equal(await x.walletOf(x.alice), START_MICRO);
    assert.equal((await x.read("withdrawalOf", [x.bob.address]))[0], START_MICRO);
  });
});
