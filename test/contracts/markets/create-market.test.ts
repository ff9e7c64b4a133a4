import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { encodeAbiParameters, keccak256, zeroAddress } from "viem";
import {
  EXIT_DELAY_SECONDS,
  type MarketOptions,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import { assertRefused } from "../support/refusal.ts";

describe("createMarket", () => {
  const x = useExchange();

  it("refuses anyone but a market creator", async () => {
    await assertRefused(x.attempt(x.alice, "createMarket", [x.marketParams()]), "NotMarketCreator");
  });

  it("refuses what no market can have", async () => {
    const closeTime = x.startTime + 1000;
    const invalid: MarketOptions[] = [
      { closeTime: x.startTime },
      { closeTime, resolveDeadline: closeTime + SETTLEMENT_GRACE_SECONDS + EXIT_DELAY_SECONDS - 1 },
      { resolver: zeroAddress },
      { takerFeeBps: 10_001 },
      { priceStep: 0 },
      { priceStep: 5 },
    ];
    for (const options of invalid) {
      const call = x.attempt(x.admin, "createMarket", [x.marketParams(options)]);
      await assertRefused(call, "MarketParamsInvalid");
    }
    for (const empty of [{ slug: "" }, { question: "" }]) {
      const call = x.attempt(x.admin, "createMarket", [{ ...x.marketParams(), ...empty }]);
      await assertRefused(call, "MarketParamsInvalid");
    }
  });

  it("refuses while trading is paused", async () => {
    await x.write(x.admin, "pauseTrading", []);
    const call = x.attempt(x.admin, "createMarket", [x.marketParams()]);
    await assertRefused(call, "TradingIsPaused");
  });

  it("takes a deadline that leaves the exit delay after the grace", async () => {
    const closeTime = x.startTime + 1000;
    const resolveDeadline = closeTime + SETTLEMENT_GRACE_SECONDS + EXIT_DELAY_SECONDS;
    const id = await x.createMarket({ closeTime, resolveDeadline });
    assert.equal((await x.read("market", [BigInt(id)])).resolveDeadline, resolveDeadline);
  });

  it("refuses to show a market that is not there", async () => {
    await assert.rejects(x.read("market", [1n]));
  });

  it("numbers markets from 1, publishes them whole and keeps the hash of their texts", async () => {
    const params = x.marketParams({ takerFeeBps: 50, priceStep: 10 });
    const receipt = await x.write(x.admin, "createMarket", [params]);
    assert.deepEqual(x.events(receipt, "MarketCreated"), [{ marketId: 1n, ...params }]);
    const { slug, question, rules, category } = params;
    const text = { type: "string" } as const;
    const texts = encodeAbiParameters([text, text, text, text], [slug, question, rules, category]);
    assert.deepEqual(await x.read("market", [1n]), {
      closeTime: params.closeTime,
      resolveDeadline: params.resolveDeadline,
      resolver: params.resolver,
      takerFeeBps: 50,
      priceStep: 10,
      status: 1,
      payoutYes: 0,
      openInterestLots: 0n,
      metadataHash: keccak256(texts),
    });
    assert.equal(await x.createMarket(), 2);
  });
});
