import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { EXIT_DELAY_SECONDS, useExchange } from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("delayed export and import of shares", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    await fixture.fundShares(fixture.alice, 1, 100);
  });

  async function request(lots: bigint, outcome = 1): Promise<number> {
    const receipt = await x.write(x.alice, "requestExport", [1n, outcome, lots]);
    return x.events(receipt, "ExportRequested")[0]?.["executableAt"] as number;
  }

  it("refuses an unknown market, a third outcome and nothing", async () => {
    await assertRefused(x.attempt(x.alice, "requestExport", [9n, 1, 1n]), "MarketUnknown");
    await assertRefused(x.attempt(x.alice, "requestExport", [1n, 2, 1n]), "OutcomeInvalid");
    await assertRefused(x.attempt(x.alice, "requestExport", [1n, 1, 0n]), "AmountZero");
    await assertRefused(x.attempt(x.alice, "importShares", [9n, 1, 1n]), "MarketUnknown");
    await assertRefused(x.attempt(x.alice, "importShares", [1n, 2, 1n]), "OutcomeInvalid");
    await assertRefused(x.attempt(x.alice, "importShares", [1n, 1, 0n]), "AmountZero");
  });

  it("refuses what was not asked for, is not due or was cancelled", async () => {
    const execute = () => x.attempt(x.bob, "executeExport", [x.alice.address, 1n, 1]);
    await assertRefused(execute(), "NothingRequested");
    await assertRefused(x.attempt(x.alice, "cancelExport", [1n, 1]), "NothingRequested");
    const due = await request(10n);
    await x.chain.travelTo(due - 2);
    await assertRefused(execute(), "TooEarly");
    await x.write(x.alice, "cancelExport", [1n, 1]);
    await x.chain.travelTo(due);
    await assertRefused(execute(), "NothingRequested");
  });

  it("refuses while there is nothing to export, and keeps the request until there is", async () => {
    await x.write(x.bob, "requestExport", [1n, 1, 10n]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    const executing = x.attempt(x.carol, "executeExport", [x.bob.address, 1n, 1]);
    await assertRefused(executing, "InsufficientShares");
    await x.fundShares(x.bob, 1, 30);
    await x.write(x.carol, "executeExport", [x.bob.address, 1n, 1]);
    assert.equal(await x.tokensOf(x.bob, 1, 1), 10n);
  });

  it("keeps the two outcomes' requests apart", async () => {
    await request(10n, 1);
    const due = await request(20n, 0);
    await x.chain.travelTo(due);
    await x.write(x.bob, "executeExport", [x.alice.address, 1n, 0]);
    assert.equal(await x.tokensOf(x.alice, 1, 0), 20n);
    assert.equal((await x.read("exportOf", [x.alice.address, 1n, 1]))[0], 10n);
  });

  it("is not spent by a stranger while less is there than was asked for", async () => {
    await x.chain.travelTo(await request(101n));
    const executing = x.attempt(x.bob, "executeExport", [x.alice.address, 1n, 1]);
    await assertRefused(executing, "InsufficientShares");
  });

  it("mints tokens to the account, which takes what is left when that is less", async () => {
    const due = await request(500n);
    await x.chain.travelTo(due);
    const receipt = await x.write(x.alice, "executeExport", [x.alice.address, 1n, 1]);
    assert.deepEqual(x.events(receipt, "SharesExported"), [
      { account: x.alice.address, marketId: 1n, outcome: 1, quantityLots: 100n, releaseNonce: 0n },
    ]);
    assert.equal(await x.tokensOf(x.alice, 1, 1), 100n);
    assert.deepEqual(await x.shares(x.alice), [0, 100]);
  });

  it("imports tokens back into escrow", async () => {
    await x.chain.travelTo(await request(30n));
    await x.write(x.alice, "executeExport", [x.alice.address, 1n, 1]);
    await assert.rejects(x.attempt(x.alice, "importShares", [1n, 1, 31n]));
    const receipt = await x.write(x.alice, "importShares", [1n, 1, 25n]);
    assert.deepEqual(x.events(receipt, "SharesImported"), [
      { account: x.alice.address, marketId: 1n, outcome: 1, quantityLots: 25n },
    ]);
    assert.equal(await x.tokensOf(x.alice, 1, 1), 5n);
    assert.deepEqual(await x.shares(x.alice), [95, 100]);
  });
});
