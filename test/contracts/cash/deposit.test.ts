import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { MAX_ESCROW_MICRO } from "../../../protocol/units.ts";
import { useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("deposit", () => {
  const x = useExchange();

  it("refuses nothing", async () => {
    await assertRefused(x.attempt(x.alice, "deposit", [x.alice.address, 0n]), "AmountZero");
  });

  it("refuses what would fill escrow beyond a safe integer", async () => {
    const args = [x.alice.address, MAX_ESCROW_MICRO + 1n] as const;
    await assertRefused(x.attempt(x.alice, "deposit", args), "EscrowFull");
  });

  it("refuses what the wallet does not allow", async () => {
    await x.faucet(x.alice, 100n);
    await assert.rejects(x.attempt(x.alice, "deposit", [x.alice.address, 100n]));
  });

  it("moves collateral from the wallet into the account's escrow", async () => {
    await x.faucet(x.alice, 100n);
    await x.approve(x.alice, 100n);
    const receipt = await x.write(x.alice, "deposit", [x.alice.address, 60n]);
    assert.deepEqual(x.events(receipt, "Deposited"), [
      { account: x.alice.address, payer: x.alice.address, amountMicro: 60n },
    ]);
    assert.equal(await x.walletOf(x.alice), 40n);
    assert.equal(await x.cash(x.alice), 60n);
    assert.equal(await x.read("totalCashMicro"), 60n);
  });

  it("credits another account than the payer's when asked", async () => {
    await x.faucet(x.alice, 100n);
    await x.approve(x.alice, 100n);
    x.holders.add(x.bob.address);
    await x.write(x.alice, "deposit", [x.bob.address, 100n]);
    assert.equal(await x.cash(x.alice), 0n);
    assert.equal(await x.cash(x.bob), 100n);
  });

  it("counts no collateral that was sent without a deposit", async () => {
    await x.fund(x.alice, 100n);
    await x.faucet({ ...x.bob, address: x.exchange }, 50n);
    assert.equal(await x.read("collateralMicro"), 100n);
    assert.equal(await x.read("totalCashMicro"), 100n);
  });
});
