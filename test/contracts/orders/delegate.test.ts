import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { zeroAddress } from "viem";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("addDelegate and removeDelegate", () => {
  const x = useExchange();
  const isDelegate = () => x.read("isDelegate", [x.alice.address, x.bob.address]);

  it("refuses nobody, oneself and one already added", async () => {
    await assertRefused(x.attempt(x.alice, "addDelegate", [zeroAddress]), "DelegateInvalid");
    await assertRefused(x.attempt(x.alice, "addDelegate", [x.alice.address]), "DelegateInvalid");
    await x.write(x.alice, "addDelegate", [x.bob.address]);
    await assertRefused(x.attempt(x.alice, "addDelegate", [x.bob.address]), "DelegateInvalid");
  });

  it("refuses to remove one who is none", async () => {
    await assertRefused(x.attempt(x.alice, "removeDelegate", [x.bob.address]), "DelegateInvalid");
  });

  it("adds at once, for the caller's account only", async () => {
    const receipt = await x.write(x.alice, "addDelegate", [x.bob.address]);
    assert.deepEqual(x.events(receipt, "DelegateAdded"), [
      { account: x.alice.address, delegate: x.bob.address },
    ]);
    assert.equal(await isDelegate(), true);
    assert.equal(await x.read("isDelegate", [x.bob.address, x.alice.address]), false);
  });

  it("removes after the delay, and can add again", async () => {
    await x.write(x.alice, "addDelegate", [x.bob.address]);
    await x.write(x.alice, "removeDelegate", [x.bob.address]);
    assert.equal(await isDelegate(), true);
    await assertRefused(x.attempt(x.alice, "removeDelegate", [x.bob.address]), "DelegateInvalid");
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    assert.equal(await isDelegate(), false);
    await x.write(x.alice, "addDelegate", [x.bob.address]);
    assert.equal(await isDelegate(), true);
  });
});
