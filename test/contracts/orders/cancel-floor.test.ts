import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("raiseCancelFloor", () => {
  const x = useExchange();

  async function raise(floor: bigint): Promise<number> {
    const receipt = await x.write(x.alice, "raiseCancelFloor", [floor]);
    return x.events(receipt, "CancelFloorRaised")[0]?.["effectiveAt"] as number;
  }

  it("refuses a floor that is not higher", async () => {
    await assertRefused(x.attempt(x.alice, "raiseCancelFloor", [0n]), "FloorNotRaised");
    await x.chain.travelTo(await raise(10n));
    await assertRefused(x.attempt(x.alice, "raiseCancelFloor", [10n]), "FloorNotRaised");
  });

  it("refuses a second raise while the first waits, whose time is promised", async () => {
    await raise(10n);
    await assertRefused(x.attempt(x.alice, "raiseCancelFloor", [20n]), "TooEarly");
  });

  it("takes effect after the delay, and then can be raised again", async () => {
    const effectiveAt = await raise(10n);
    assert.equal(effectiveAt, (await x.chain.now()) + EXIT_DELAY_SECONDS);
    assert.deepEqual(await x.read("cancelFloor", [x.alice.address]), [0n, 10n, effectiveAt]);
    await x.chain.travelTo(effectiveAt);
    assert.deepEqual(await x.read("cancelFloor", [x.alice.address]), [10n, 0n, 0]);
    const again = await raise(2n ** 64n - 1n);
    assert.deepEqual(await x.read("cancelFloor", [x.alice.address]), [10n, 2n ** 64n - 1n, again]);
  });

  it("leaves the account's cash as it is", async () => {
    await x.fund(x.alice, 12_345n);
    await raise(10n);
    assert.equal(await x.cash(x.alice), 12_345n);
  });
});
