import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { decimalOf, priceOf, sharesOf } from "../../examples/ccxt/floats.ts";
import { toEvents, toMarket } from "../../examples/ccxt/markets.ts";
import { toPosition } from "../../examples/ccxt/positions.ts";
import type { Market } from "../../protocol/wire/market.ts";

function marketOf(changes: Partial<Market>): Market {
  return {
    marketId: 7,
    groupId: null,
    slug: "eth-75-up",
    question: "Does the price rise?",
    rules: "YES if it does.",
    category: "crypto",
    resolver: `0x${"ab".repeat(20)}`,
    closeTime: 1_800_000_000,
    resolveDeadline: 1_800_000_001,
    takerFeeBps: 20,
    priceStep: 10,
    status: "open",
    heldPhase: "open",
    payoutYes: null,
    bestBidTicks: null,
    bestAskTicks: null,
    stats: null,
    ...changes,
  };
}

const HELD = {
  account: `0x${"cd".repeat(20)}`,
  marketId: 7,
  yesAvailableLots: 100,
  yesLockedLots: 50,
  yesReservedLots: 0,
  noAvailableLots: 200,
  noLockedLots: 0,
  noReservedLots: 0,
  yesCostMicro: "600000",
  noCostMicro: "1000000",
  slug: "eth-75-up",
  question: "",
  status: "resolved",
  markYesTicks: 1000,
  valueMicro: "1500000",
  unrealisedPnlMicro: "0",
} as const;

describe("CCXT's structures", () => {
  it("say nothing of a resolution that is proposed and may be disputed", () => {
    const { resolved, outcomes } = toMarket(
      marketOf({ status: "proposed", payoutYes: 1000 }),
      "USDC",
    );
    assert.deepEqual(
      [resolved, outcomes[0]?.winner, outcomes[0]?.settleFraction],
      [false, undefined, undefined],
    );
  });

  it("tell who won, and what is paid for it", () => {
    const market = marketOf({ status: "resolved", payoutYes: 1000 });
    const { resolvedOutcome, closed, outcomes } = toMarket(market, "USDC");
    assert.deepEqual([resolvedOutcome, closed], ["ETH_75_UP:YES", true]);
    assert.deepEqual(
      outcomes.map(({ winner }) => winner),
      [true, false],
    );
    const [yes, no] = [toPosition(market, "YES", HELD, "5"), toPosition(market, "NO", HELD, "5")];
    assert.deepEqual([yes.won, yes.payout, yes.unrealizedPnl], [true, 1.5, 0.9]);
    assert.deepEqual([no.won, no.payout, no.unrealizedPnl], [false, 0, -1]);
  });

  it("tell a void market as one that both sides won half of", () => {
    const { resolvedOutcome, outcomes } = toMarket(
      marketOf({ status: "void", payoutYes: 500 }),
      "USDC",
    );
    assert.equal(resolvedOutcome, undefined);
    assert.deepEqual(
      outcomes.map(({ settleFraction }) => settleFraction),
      [0.5, 0.5],
    );
  });

  it("make one event of a group's markets, and one of each other market", () => {
    const group = { groupId: 2, stats: null };
    const markets = [
      marketOf({ marketId: 7 }),
      marketOf({ ...group, marketId: 3, slug: "second", status: "closed" }),
      marketOf({ ...group, marketId: 2, slug: "first" }),
    ];
    const names = new Map([[2, { slug: "cup", title: "Who wins the cup?" }]]);
    const [, cup] = toEvents(markets, "USDC", names);
    assert.deepEqual([cup?.slug, cup?.title], ["cup", "Who wins the cup?"]);
    const events = toEvents(markets, "USDC");
    assert.deepEqual(
      events.map(({ event, slug, mutuallyExclusive, active, markets: its }) => [
        event,
        slug,
        mutuallyExclusive,
        active,
        its.map(({ id }) => id),
      ]),
      [
        ["ETH_75_UP", "eth-75-up", false, true, ["7"]],
        ["GROUP_2", "first", true, true, ["2", "3"]],
      ],
    );
  });

  it("carry every price and quantity through floats and back unharmed", () => {
    for (let ticks = 1; ticks < 1000; ticks++) {
      assert.equal(Number(decimalOf(priceOf(ticks), 3).slice(2)), ticks);
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_294_967_294 }), (lots) => {
        assert.equal(BigInt(decimalOf(sharesOf(lots), 2).replace(".", "")), BigInt(lots));
      }),
    );
  });
});
