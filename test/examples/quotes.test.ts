import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  type Quote,
  type QuoteSettings,
  quotesAround,
} from "../../examples/market-maker/quotes.ts";

const SETTINGS: QuoteSettings = {
  halfSpreadTicks: 10,
  sizeLots: 1_000,
  maxInventoryLots: 5_000,
  priceStep: 1,
};

/** A quote's price on the YES ladder, and whether it is a bid there. */
function onLadder({ outcome, side, price }: Quote): { isBid: boolean; ticks: number } {
  const isYes = outcome === "YES";
  return { isBid: isYes === (side === "BUY"), ticks: isYes ? price : 1000 - price };
}

function lots(quotes: Quote[], isBid: boolean): number {
  return quotes
    .filter((quote) => onLadder(quote).isBid === isBid)
    .reduce((sum, { quantity }) => sum + quantity, 0);
}

describe("the market maker's quotes", () => {
  it("stop on the side that would pass the limit of its inventory", () => {
    const long = quotesAround(500, { yesLots: 5_000, noLots: 0 }, SETTINGS);
    assert.deepEqual([lots(long, true), lots(long, false)], [0, 1_000]);
    const short = quotesAround(500, { yesLots: 0, noLots: 4_700 }, SETTINGS);
    assert.deepEqual([lots(short, true), lots(short, false)], [1_000, 300]);
  });

  it("sell what is held before they buy the other outcome", () => {
    assert.deepEqual(quotesAround(500, { yesLots: 400, noLots: 0 }, SETTINGS), [
      { outcome: "YES", side: "BUY", price: 489, quantity: 1_000 },
      { outcome: "YES", side: "SELL", price: 510, quantity: 400 },
      { outcome: "NO", side: "BUY", price: 490, quantity: 600 },
    ]);
  });

  it("never cross, pass the limit, sell what is not held or leave the ladder, whatever is held", () => {
    const held = fc.integer({ min: 0, max: 50_000 });
    const settings = fc.record({
      halfSpreadTicks: fc.integer({ min: 1, max: 300 }),
      sizeLots: fc.integer({ min: 1, max: 10_000 }),
      maxInventoryLots: fc.integer({ min: 1, max: 20_000 }),
      priceStep: fc.constantFrom(1, 10),
    });
    const fair = fc.integer({ min: 2, max: 1_998 }).map((half) => half / 2);
    fc.assert(
      fc.property(fair, held, held, settings, (fairTicks, yesLots, noLots, chosen) => {
        const quotes = quotesAround(fairTicks, { yesLots, noLots }, chosen);
        const ladder = quotes.map(onLadder);
        const bids = ladder.filter(({ isBid }) => isBid).map(({ ticks }) => ticks);
        const asks = ladder.filter(({ isBid }) => !isBid).map(({ ticks }) => ticks);
        assert.ok(Math.max(0, ...bids) < Math.min(1000, ...asks));
        for (const { price, quantity } of quotes) {
          assert.ok(Number.isInteger(price) && price >= 1 && price <= 999);
          assert.equal(price % chosen.priceStep, 0);
          assert.ok(Number.isInteger(quantity) && quantity >= 1);
        }
        const sold = (outcome: string) =>
          quotes
            .filter((quote) => quote.side === "SELL" && quote.outcome === outcome)
            .reduce((sum, { quantity }) => sum + quantity, 0);
        assert.ok(sold("YES") <= yesLots && sold("NO") <= noLots);
        const inventory = yesLots - noLots;
        const bought = lots(quotes, true);
        if (bought > 0) assert.ok(inventory + bought <= chosen.maxInventoryLots);
        const given = lots(quotes, false);
        if (given > 0) assert.ok(inventory - given >= -chosen.maxInventoryLots);
      }),
      { numRuns: 2_000 },
    );
  });
});
