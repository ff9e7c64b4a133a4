import assert from "node:assert/strict";
import { describe, it } from "mocha";
import {
  EXIT_DELAY_SECONDS,
  MARKET_SECONDS,
  SETTLEMENT_GRACE_SECONDS,
  useExchange,
} from "../support/exchange-fixture.ts";
import {
  type AttackedFill,
  prepareLiveMarkets,
  QUIET_MARKET,
  settleAmidHonest,
} from "../support/live-batch.ts";
import { assertRefused } from "../support/refusal.ts";

describe("attack: the market or the exchange changes between match and settlement", () => {
  const x = useExchange(prepareLiveMarkets);
  const closeTime = () => x.startTime + MARKET_SECONDS;
  const lastFillAt = () => closeTime() + SETTLEMENT_GRACE_SECONDS;
  const elsewhere = { honestMarkets: [QUIET_MARKET] };

  async function matched(outcome: string): Promise<AttackedFill> {
    return { taker: await x.order(x.alice), maker: await x.order(x.bob, { side: 1 }), outcome };
  }

  it("close: what was matched before it settles until the grace ends, to the second", async () => {
    const fills = [
      await matched("settled"),
      await matched("settled"),
      await matched("taker_market_closed"),
    ] as const;
    await settleAmidHonest(x, [fills[0]], { atSeconds: closeTime() });
    await settleAmidHonest(x, [fills[1]], { atSeconds: lastFillAt() });
    await settleAmidHonest(x, [fills[2]], { ...elsewhere, atSeconds: lastFillAt() + 1 });
  });

  it("proposal, resolution and void: refused as long as a fill may settle", async () => {
    const fill = await matched("settled");
    for (const time of [closeTime() - 1, closeTime() + 1, lastFillAt()]) {
      await x.chain.travelTo(time);
      for (const name of ["propose", "resolve"] as const) {
        await assertRefused(x.attempt(x.resolver, name, [1n, 1000]), "TooEarly");
      }
      await assertRefused(x.attempt(x.bob, "voidMarket", [1n]), "TooEarly");
    }
    await settleAmidHonest(x, [fill], { atSeconds: lastFillAt() });
  });

  it("proposal: fills of the proposed market are skipped, and its neighbour's settle", async () => {
    await x.chain.travelTo(lastFillAt() + 1);
    await x.write(x.resolver, "propose", [1n, 1000]);
    await settleAmidHonest(x, [await matched("taker_market_not_open")], elsewhere);
  });

  it("resolution: nobody trades shares whose worth is known", async () => {
    await x.resolveMarket(1, 1000);
    await settleAmidHonest(x, [await matched("taker_market_not_open")], elsewhere);
    // Nor after they were turned into cash.
    await x.write(x.carol, "redeem", [x.bob.address, 1n]);
    await settleAmidHonest(x, [await matched("taker_market_not_open")], elsewhere);
  });

  it("void: nobody trades shares at another price than par any more", async () => {
    await x.chain.travelTo(closeTime() + MARKET_SECONDS + 1);
    await x.write(x.carol, "voidMarket", [1n]);
    await settleAmidHonest(x, [await matched("taker_market_not_open")], elsewhere);
  });

  it("expiry: an order that runs out settles until the grace ends, to the second", async () => {
    const expiry = x.startTime + 1000;
    const fill = async (outcome: string) => ({
      taker: await x.order(x.alice),
      maker: await x.order(x.bob, { side: 1, timeInForce: 1, expiry }),
      outcome,
    });
    const last = expiry + SETTLEMENT_GRACE_SECONDS;
    const fills = [await fill("settled"), await fill("maker_expired")] as const;
    await settleAmidHonest(x, [fills[0]], { atSeconds: last });
    await settleAmidHonest(x, [fills[1]], { atSeconds: last + 1 });
  });

  it("pause: what was matched before it settles, and before any exit ripens", async () => {
    const fill = await matched("settled");
    await x.write(x.admin, "pauseTrading", []);
    await x.write(x.bob, "requestExport", [1n, 1, 1000n]);
    await settleAmidHonest(x, [fill]);
    await x.chain.travelTo((await x.chain.now()) + EXIT_DELAY_SECONDS);
    await x.write(x.bob, "executeExport", [x.bob.address, 1n, 1]);
    assert.equal(await x.tokensOf(x.bob, 1, 1), 900n);
  });

  it("new operator: the old one settles nothing, the new one what was matched", async () => {
    const fill = await matched("settled");
    await x.write(x.admin, "setOperator", [x.carol.address]);
    await assertRefused(settleAmidHonest(x, [fill]), "NotOperator");
    await x.write(x.admin, "setOperator", [x.operator.address]);
    await settleAmidHonest(x, [fill]);
  });

  it("new market: its number was used by no order before, its fee by no old market", async () => {
    const early = { taker: await x.order(x.alice, { marketId: 3 }) };
    const maker = await x.order(x.bob, { marketId: 3, side: 1 });
    const fill = { ...early, maker, outcome: "taker_market_not_open" };
    await settleAmidHonest(x, [fill, await matched("settled")]);
    await x.createMarket({ takerFeeBps: 10_000 });
    await settleAmidHonest(x, [await matched("settled")]);
    assert.equal(await x.read("accruedFeesMicro"), 0n);
  });
});
