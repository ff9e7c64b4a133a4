import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { type Address, keccak256, toHex, zeroAddress } from "viem";
import { exchangeRolesAbi } from "../../protocol/abi/exchange-roles.ts";
import { ADMIN_DELAY_SECONDS, useExchange } from "./support/exchange-fixture.ts";
import { assertRefused } from "./support/refusal.ts";

const GUARDIAN_ROLE = keccak256(toHex("GUARDIAN_ROLE"));

describe("roles", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.fund(fixture.alice, 1000n);
    await fixture.fundShares(fixture.alice, 1, 10);
  });

  it("let only a guardian pause and resume", async () => {
    await assertRefused(x.attempt(x.operator, "pauseTrading", []), "NotGuardian");
    await assertRefused(x.attempt(x.operator, "resumeTrading", []), "NotGuardian");
    const paused = await x.write(x.admin, "pauseTrading", []);
    assert.deepEqual(x.events(paused, "TradingPaused"), [{ by: x.admin.address }]);
    assert.equal(await x.read("tradingPaused"), true);
    const resumed = await x.write(x.admin, "resumeTrading", []);
    assert.deepEqual(x.events(resumed, "TradingResumed"), [{ by: x.admin.address }]);
    assert.equal(await x.read("tradingPaused"), false);
  });

  it("let a pause stop what comes in", async () => {
    await x.write(x.admin, "pauseTrading", []);
    await x.faucet(x.alice, 10_000n);
    await x.approve(x.alice, 10_000n);
    const deposit = () => x.attempt(x.alice, "deposit", [x.alice.address, 1n]);
    const split = () => x.attempt(x.alice, "split", [1n, 1n]);
    await assertRefused(deposit(), "TradingIsPaused");
    await assertRefused(split(), "TradingIsPaused");
    await x.write(x.admin, "resumeTrading", []);
    await deposit();
    await split();
  });

  it("never let a pause stop an exit", async () => {
    await x.write(x.admin, "pauseTrading", []);
    await x.write(x.alice, "requestWithdrawal", [1000n]);
    await x.write(x.alice, "requestExport", [1n, 1, 10n]);
    await x.write(x.alice, "requestCancel", [[1n]]);
    await x.chain.travelTo((await x.chain.now()) + 3600);
    await x.write(x.alice, "executeWithdrawal", [x.alice.address]);
    await x.write(x.alice, "executeExport", [x.alice.address, 1n, 1]);
    await x.write(x.alice, "finalizeCancel", [x.alice.address, [1n]]);
    assert.equal(await x.walletOf(x.alice), 1000n);
  });

  it("let only the admin name an operator, and never nobody", async () => {
    await assertRefused(x.attempt(x.operator, "setOperator", [x.bob.address]), "NotAdmin");
    await assertRefused(x.attempt(x.admin, "setOperator", [zeroAddress]), "ConfigInvalid");
    const receipt = await x.write(x.admin, "setOperator", [x.bob.address]);
    assert.deepEqual(x.events(receipt, "OperatorSet"), [{ operator: x.bob.address }]);
    assert.equal(await x.read("operator"), x.bob.address);
    assert.equal(await x.read("lastBatchId"), 0n);
  });

  it("are granted by the admin, who changes hands in two steps with a delay", async () => {
    const roles: Address = await x.read("roles");
    const call = { address: roles, abi: exchangeRolesAbi };
    const guardian = [GUARDIAN_ROLE, x.bob.address] as const;
    await assert.rejects(
      x.chain.write(x.bob.address, { ...call, functionName: "grantRole", args: guardian }),
    );
    await x.chain.write(x.admin.address, { ...call, functionName: "grantRole", args: guardian });
    await x.write(x.bob, "pauseTrading", []);

    const handover = { ...call, functionName: "beginDefaultAdminTransfer", args: [x.bob.address] };
    await x.chain.write(x.admin.address, handover);
    await assertRefused(x.attempt(x.bob, "setOperator", [x.bob.address]), "NotAdmin");
    const accept = { ...call, functionName: "acceptDefaultAdminTransfer" };
    await assert.rejects(x.chain.write(x.bob.address, accept));
    await x.chain.travelTo((await x.chain.now()) + ADMIN_DELAY_SECONDS + 1);
    await x.chain.write(x.bob.address, accept);
    await x.write(x.bob, "setOperator", [x.bob.address]);
    await assertRefused(x.attempt(x.admin, "setOperator", [x.admin.address]), "NotAdmin");
  });
});
