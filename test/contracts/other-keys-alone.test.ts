import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { ASSET_CASH } from "../../protocol/order.ts";
import type { Actor } from "./support/actor.ts";
import {
  EXIT_DELAY_SECONDS,
  MARKET_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "./support/exchange-fixture.ts";
import { assertRefused, errorNameOf } from "./support/refusal.ts";
import { exchangeWrites, guessArguments, tryEverything, wealthOf } from "./support/thief.ts";

/** What anyone may do for itself. */
const FOR_ITSELF = [
  "addDelegate",
  "raiseCancelFloor",
  "requestCancel",
  "requestExport",
  "requestWithdrawal",
];
/** What a pause stops: all that brings something in. */
const STOPPED_BY_PAUSE = ["createGroup", "createMarket", "deposit", "depositWithPermit", "split"];

describe("every other key alone", () => {
  const x = useExchange(async (fixture) => {
    await fixture.createMarket();
    for (const owner of [fixture.alice, fixture.bob]) {
      await fixture.fund(owner, 10_000_000n);
      await fixture.fundShares(owner, 1, 1000);
    }
    await fixture.write(fixture.alice, "addDelegate", [fixture.carol.address]);
  });

  async function passes(thief: Actor): Promise<string[]> {
    return [...(await tryEverything(x, thief, [x.alice, x.bob]))].sort();
  }

  it("a stranger's moves nothing by any function", async () => {
    assert.deepEqual(await passes(x.dave), FOR_ITSELF);
  });

  it("a delegate's moves nothing by any function: it neither withdraws nor names delegates", async () => {
    assert.deepEqual(await passes(x.carol), FOR_ITSELF);
    const asked = await x.read("withdrawalOf", [x.alice.address]);
    assert.deepEqual(asked, [0n, 0]);
    assert.equal(await x.read("isDelegate", [x.alice.address, x.dave.address]), false);
  });

  it("a delegate's signs no release, and no delegate's delegate signs an order", async () => {
    const release = {
      account: x.alice.address,
      marketId: 0n,
      asset: ASSET_CASH,
      amount: 1n,
      nonce: 1n,
      deadline: x.startTime + 600,
    };
    const signature = await x.carol.sign({ hash: await x.read("hashRelease", [release]) });
    const releasing = x.attempt(x.carol, "executeRelease", [release, signature]);
    await assertRefused(releasing, "ReleaseSignatureInvalid");
    await x.write(x.carol, "addDelegate", [x.dave.address]);
    const orders = [await x.order(x.alice, {}, x.dave), await x.order(x.bob, { side: 1 })];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 1, yesPriceTicks: 500 };
    assert.equal((await x.settle(orders, [fill])).settled, 0);
  });

  it("the resolver's moves nothing while a market trades, and no other market ever", async () => {
    assert.deepEqual(await passes(x.resolver), FOR_ITSELF);
    const other = await x.createMarket({ resolver: x.dave.address });
    await x.chain.travelTo(x.startTime + MARKET_SECONDS + SETTLEMENT_GRACE_SECONDS + 1);
    for (const name of ["propose", "resolve"] as const) {
      const attempt = x.attempt(x.resolver, name, [BigInt(other), 1000]);
      await assertRefused(attempt, "NotResolver");
    }
  });

  it("the admin's, creator's and guardian's in one move no funds, fees apart", async () => {
    const passed = await passes(x.admin);
    const extra = passed.filter((name) => !FOR_ITSELF.includes(name));
    assert.deepEqual(extra, ["pauseTrading", "resumeTrading", "setOperator"]);
  });

  it("the admin's takes accrued fees, to the last micro and no more", async () => {
    const marketId = await x.createMarket({ takerFeeBps: 100 });
    const orders = [
      await x.order(x.alice, { marketId }),
      await x.order(x.bob, { marketId, outcome: 0 }),
    ];
    const fill = { takerIndex: 0, makerIndex: 1, quantityLots: 100, yesPriceTicks: 500 };
    await x.settle(orders, [fill]);
    const before = [await wealthOf(x, x.alice), await wealthOf(x, x.bob)];
    await x.write(x.admin, "collectFees", [x.admin.address]);
    await assertRefused(x.attempt(x.admin, "collectFees", [x.admin.address]), "AmountZero");
    assert.equal(await x.walletOf(x.admin), 5000n);
    assert.deepEqual([await wealthOf(x, x.alice), await wealthOf(x, x.bob)], before);
  });

  it("the creator's makes markets, and changes none: neither fee, nor times, nor resolver", async () => {
    const before = await x.read("market", [1n]);
    await x.createMarket({ takerFeeBps: 10_000, resolver: x.admin.address, priceStep: 10 });
    assert.deepEqual(await x.read("market", [1n]), before);
  });

  it("the guardian's stops nothing but what comes in", async () => {
    await x.write(x.admin, "pauseTrading", []);
    const stopped = new Set<string>();
    for (const entry of exchangeWrites) {
      const guess = { address: x.alice.address, amount: 1n, bytes: "0x" } as const;
      const args = guessArguments(entry.inputs, guess);
      for (const caller of [x.alice, x.admin]) {
        const call = { address: x.exchange, abi: [entry], functionName: entry.name, args };
        await x.chain.reader
          .simulateContract({ ...call, account: caller.address } as never)
          .catch((error: unknown) => {
            if (errorNameOf(error) === "TradingIsPaused") stopped.add(entry.name);
          });
      }
    }
    assert.deepEqual([...stopped].sort(), STOPPED_BY_PAUSE);
  });

  it("the guardian's lets every exit through, during a pause that never ends", async () => {
    await x.write(x.admin, "pauseTrading", []);
    await x.write(x.alice, "requestWithdrawal", [1n]);
    await x.write(x.alice, "cancelWithdrawal", []);
    await x.write(x.alice, "requestWithdrawal", [10_000_000n]);
    await x.write(x.alice, "requestExport", [1n, 1, 1n]);
    await x.write(x.alice, "cancelExport", [1n, 1]);
    for (const outcome of [0, 1]) await x.write(x.alice, "requestExport", [1n, outcome, 600n]);
    await x.write(x.alice, "requestCancel", [[1n]]);
    await x.write(x.alice, "raiseCancelFloor", [5n]);
    await x.write(x.alice, "removeDelegate", [x.carol.address]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.alice, "executeWithdrawal", [x.alice.address]);
    for (const outcome of [0, 1])
      await x.write(x.alice, "executeExport", [x.alice.address, 1n, outcome]);
    await x.write(x.alice, "finalizeCancel", [x.alice.address, [1n]]);
    await x.write(x.alice, "mergeTokens", [1n, 500n]);
    await x.write(x.alice, "importShares", [1n, 1, 50n]);
    await x.resolveMarket(1, 1000);
    await x.write(x.alice, "redeemTokens", [1n]);
    await x.write(x.alice, "redeem", [x.alice.address, 1n]);
    await x.write(x.alice, "requestWithdrawal", [await x.cash(x.alice)]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.alice, "executeWithdrawal", [x.alice.address]);
    assert.equal(await x.walletOf(x.alice), 10_000_000n + 1000n * 10_000n);
  });
});
