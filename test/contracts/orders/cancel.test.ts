import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("requestCancel and finalizeCancel", () => {
  const x = useExchange();

  it("refuses to finalize what was not asked for or is not due", async () => {
    const finalize = () => x.attempt(x.bob, "finalizeCancel", [x.alice.address, [5n]]);
    await assertRefused(finalize(), "NothingRequested");
    await x.write(x.alice, "requestCancel", [[5n]]);
    await assertRefused(finalize(), "TooEarly");
    await assertRefused(
      x.attempt(x.bob, "finalizeCancel", [x.bob.address, [5n]]),
      "NothingRequested",
    );
  });

  it("keeps the time of the first request when it is repeated", async () => {
    await x.write(x.alice, "requestCancel", [[5n]]);
    const first = await x.read("cancelOf", [x.alice.address, 5n]);
    await x.chain.travelTo((await x.chain.now()) + 100);
    const receipt = await x.write(x.alice, "requestCancel", [[5n, 6n]]);
    assert.deepEqual(
      x.events(receipt, "CancelRequested").map((event) => event["nonce"]),
      [6n],
    );
    assert.equal(await x.read("cancelOf", [x.alice.address, 5n]), first);
  });

  it("marks the nonces for good, and their neighbours in the lane not", async () => {
    await x.write(x.alice, "requestCancel", [[5n, 8n]]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    const receipt = await x.write(x.bob, "finalizeCancel", [x.alice.address, [5n, 8n]]);
    assert.equal(x.events(receipt, "CancelFinalized").length, 2);
    const filled = (nonce: bigint) => x.read("filledLots", [x.alice.address, nonce]);
    assert.equal(await filled(5n), 0xffff_ffff);
    assert.equal(await filled(8n), 0xffff_ffff);
    for (const nonce of [4n, 6n, 7n, 9n]) assert.equal(await filled(nonce), 0);
    assert.equal(await x.read("filledLots", [x.bob.address, 5n]), 0);
  });
});
