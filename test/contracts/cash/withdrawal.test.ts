import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("delayed withdrawal", () => {
  const x = useExchange(async (fixture) => {
    await fixture.fund(fixture.alice, 1000n);
  });

  /** Alice asks for `micro`; the time at which it is due. */
  async function request(micro: bigint): Promise<number> {
    const receipt = await x.write(x.alice, "requestWithdrawal", [micro]);
    return x.events(receipt, "WithdrawalRequested")[0]?.["executableAt"] as number;
  }

  it("refuses to ask for nothing", async () => {
    await assertRefused(x.attempt(x.alice, "requestWithdrawal", [0n]), "AmountZero");
  });

  it("refuses to ask for more than escrow can ever hold", async () => {
    await assertRefused(x.attempt(x.alice, "requestWithdrawal", [2n ** 53n]), "InsufficientCash");
  });

  it("refuses to pay what nobody asked for", async () => {
    await assertRefused(
      x.attempt(x.bob, "executeWithdrawal", [x.alice.address]),
      "NothingRequested",
    );
    await assertRefused(x.attempt(x.alice, "cancelWithdrawal", []), "NothingRequested");
  });

  it("refuses to pay before the delay has passed", async () => {
    const due = await request(400n);
    assert.equal(due, (await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.chain.travelTo(due - 2);
    await assertRefused(x.attempt(x.bob, "executeWithdrawal", [x.alice.address]), "TooEarly");
  });

  it("refuses to pay a cancelled one", async () => {
    const due = await request(400n);
    const receipt = await x.write(x.alice, "cancelWithdrawal", []);
    assert.deepEqual(x.events(receipt, "WithdrawalCancelled"), [{ account: x.alice.address }]);
    await x.chain.travelTo(due);
    await assertRefused(
      x.attempt(x.bob, "executeWithdrawal", [x.alice.address]),
      "NothingRequested",
    );
  });

  it("refuses while there is nothing to pay, and keeps the request until there is", async () => {
    await x.write(x.bob, "requestWithdrawal", [400n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    const executing = x.attempt(x.carol, "executeWithdrawal", [x.bob.address]);
    await assertRefused(executing, "InsufficientCash");
    await x.fund(x.bob, 700n);
    await x.write(x.carol, "executeWithdrawal", [x.bob.address]);
    assert.equal(await x.walletOf(x.bob), 400n);
  });

  it("pays the account when anyone executes it after the delay, once", async () => {
    const due = await request(400n);
    assert.deepEqual(await x.read("withdrawalOf", [x.alice.address]), [400n, due]);
    assert.equal(await x.cash(x.alice), 1000n);
    await x.chain.travelTo(due);
    const receipt = await x.write(x.bob, "executeWithdrawal", [x.alice.address]);
    assert.deepEqual(x.events(receipt, "Withdrawn"), [
      { account: x.alice.address, amountMicro: 400n, releaseNonce: 0n },
    ]);
    assert.equal(await x.walletOf(x.alice), 400n);
    assert.equal(await x.cash(x.alice), 600n);
    await assertRefused(
      x.attempt(x.bob, "executeWithdrawal", [x.alice.address]),
      "NothingRequested",
    );
  });

  it("is not spent by a stranger who brings a little cash along", async () => {
    await x.write(x.bob, "requestWithdrawal", [400n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.fund(x.bob, 399n);
    const executing = x.attempt(x.carol, "executeWithdrawal", [x.bob.address]);
    await assertRefused(executing, "InsufficientCash");
    assert.equal((await x.read("withdrawalOf", [x.bob.address]))[0], 400n);
  });

  it("pays the account what is left when that is less", async () => {
    const due = await request(5000n);
    await x.chain.travelTo(due);
    await x.write(x.alice, "executeWithdrawal", [x.alice.address]);
    assert.equal(await x.walletOf(x.alice), 1000n);
    assert.equal(await x.cash(x.alice), 0n);
  });

  it("starts the delay anew when a request replaces another", async () => {
    const first = await request(400n);
    await x.chain.travelTo(first - 10);
    const second = await request(900n);
    assert.ok(second > first);
    await x.chain.travelTo(first);
    await assertRefused(x.attempt(x.alice, "executeWithdrawal", [x.alice.address]), "TooEarly");
    assert.deepEqual(await x.read("withdrawalOf", [x.alice.address]), [900n, second]);
  });
});
