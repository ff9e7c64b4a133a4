import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Abi, type Address, zeroAddress } from "viem";
import type { Order } from "../../../protocol/order.ts";
import { skipReasonName } from "../../../protocol/settlement/skip-reason.ts";
import { contractArtifact } from "../../../scripts/contract-artifacts.ts";
import type { Actor } from "../support/actor.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

const YES = 1;
const SELL = 1;
const CASH_MICRO = 1_000_000n;
/** Of one match at 500 ticks. */
const LOTS = 100;
const COST_MICRO = 500_000n;
const RESOLVED_TO_YES = 1000;

describe("the example vault", () => {
  let vault: Address;
  let abi: Abi;
  const x = useExchange(async (fixture) => {
    const { chain, exchange, alice, bob, carol } = fixture;
    vault = await chain.deploy("TradingVault", alice.address, [exchange, alice.address]);
    fixture.holders.add(vault);
    await fixture.createMarket();
    await fixture.fundShares(carol, 1, 1000);
    await fixture.faucet(alice, CASH_MICRO);
    await fixture.transferCollateral(alice, vault, CASH_MICRO);
    abi = (await contractArtifact("TradingVault")).abi;
    await chain.write(alice.address, call("setManager", [bob.address]));
    await chain.write(alice.address, call("deposit", [CASH_MICRO]));
  });

  const call = (functionName: string, args: readonly unknown[]) => ({
    address: vault,
    abi,
    functionName,
    args,
  });
  const owner = () => x.alice;
  const manager = () => x.bob;
  const send = (from: Actor, functionName: string, ...args: unknown[]) =>
    x.chain.write(from.address, call(functionName, args));
  const refused = (from: Actor, error: string, functionName: string, ...args: unknown[]) => {
    const attempt = { ...call(functionName, args), account: from.address };
    return assertRefused(x.chain.reader.simulateContract(attempt as never), error, abi);
  };
  const vaultOrder = (terms: Partial<Order>, signer: Actor) =>
    x.order(manager(), { maker: vault, ...terms }, signer);

  /** The vault buys YES of Carol, its order signed by `signer`. */
  async function buy(signer: Actor) {
    const orders = [await vaultOrder({}, signer), await x.order(x.carol, { side: SELL })];
    return x.settle(orders, [
      { takerIndex: 0, makerIndex: 1, quantityLots: LOTS, yesPriceTicks: 500 },
    ]);
  }

  const inEscrow = () => x.read("cashOf", [vault]);
  const shares = async () => (await x.read("sharesOf", [vault, 1n]))[0];

  it("lets nobody but the owner take money out, or choose who trades", async () => {
    await x.faucet(x.alice, CASH_MICRO);
    await x.transferCollateral(x.alice, vault, CASH_MICRO);
    for (const stranger of [manager(), x.dave]) {
      await refused(stranger, "NotOwner", "payOut", stranger.address, 1n);
      await refused(stranger, "NotOwner", "payOutTokens", stranger.address, 1n, YES, 1n);
      await refused(stranger, "NotOwner", "setManager", stranger.address);
      await refused(stranger, "NotOwner", "deposit", 1n);
    }
  });

  it("takes no exit of a stranger", async () => {
    await refused(x.dave, "NotManager", "requestWithdrawal", 1n);
    await refused(x.dave, "NotManager", "requestExport", 1n, YES, 1n);
    await refused(x.dave, "NotManager", "cancelBelow", 9n);
    await refused(x.dave, "NotManager", "redeemTokens", 1n);
  });

  it("lets the manager's key exit to the vault alone", async () => {
    await send(manager(), "requestWithdrawal", CASH_MICRO);
    await x.travelPastExitDelay();
    await assertRefused(
      x.attempt(manager(), "executeWithdrawal", [manager().address]),
      "NothingRequested",
    );
    await x.write(manager(), "executeWithdrawal", [vault]);
    assert.equal(await x.walletOf(manager()), 0n);
    assert.equal(await x.walletOf(vault), CASH_MICRO);
  });

  it("does not trade by a stranger's signature", async () => {
    const { skipped } = await buy(x.dave);
    assert.equal(skipReasonName(skipped.get(0) ?? 0), "taker_signature_invalid");
  });

  it("trades by the manager's signature in a batch", async () => {
    const { settled } = await buy(manager());
    assert.equal(settled, 1);
    assert.equal(await inEscrow(), CASH_MICRO - COST_MICRO);
    assert.equal(await shares(), BigInt(LOTS));
  });

  it("trades no more by an earlier manager's signature once the removal bites", async () => {
    await send(owner(), "setManager", x.dave.address);
    assert.equal((await buy(x.dave)).settled, 1);
    await x.travelPastExitDelay();
    const { skipped } = await buy(manager());
    assert.equal(skipReasonName(skipped.get(0) ?? 0), "taker_signature_invalid");
  });

  it("ends trading without another manager", async () => {
    await send(owner(), "setManager", zeroAddress);
    assert.equal(await x.read("isDelegate", [vault, manager().address]), true);
    await x.travelPastExitDelay();
    assert.equal(await x.read("isDelegate", [vault, manager().address]), false);
  });

  it("voids orders below a nonce", async () => {
    await send(manager(), "cancelBelow", 1n << 40n);
    await x.travelPastExitDelay();
    const { skipped } = await buy(manager());
    assert.equal(skipReasonName(skipped.get(0) ?? 0), "taker_nonce_below_floor");
  });

  it("holds exported shares as tokens, and pays them out", async () => {
    await buy(manager());
    await send(manager(), "requestExport", 1n, YES, 60n);
    await x.travelPastExitDelay();
    await x.write(x.dave, "executeExport", [vault, 1n, YES]);
    assert.equal(await x.tokensOf(vault, 1, YES), 60n);
    await send(owner(), "payOutTokens", x.dave.address, 1n, YES, 10n);
    assert.equal(await x.tokensOf(x.dave, 1, YES), 10n);
    assert.equal(await x.tokensOf(vault, 1, YES), 50n);
  });

  it("redeems tokens and escrowed shares, withdraws, and pays its owner", async () => {
    await buy(manager());
    await send(manager(), "requestExport", 1n, YES, 60n);
    await x.travelPastExitDelay();
    await x.write(x.dave, "executeExport", [vault, 1n, YES]);
    await x.resolveMarket(1, RESOLVED_TO_YES);

    await send(manager(), "redeemTokens", 1n);
    assert.equal(await x.walletOf(vault), 600_000n);
    await x.write(x.dave, "redeem", [vault, 1n]);
    await send(manager(), "requestWithdrawal", await inEscrow());
    await x.travelPastExitDelay();
    await x.write(x.dave, "executeWithdrawal", [vault]);

    const all = CASH_MICRO + COST_MICRO;
    assert.equal(await x.walletOf(vault), all);
    await send(owner(), "payOut", owner().address, all);
    assert.equal(await x.walletOf(owner()), all);
    assert.equal(await inEscrow(), 0n);
  });
});
