import assert from "node:assert/strict";
import { MICRO_PER_LOT } from "../../../protocol/units.ts";
import type { ExchangeFixture } from "./exchange-fixture.ts";

/**
 * Asserts design promise 3 on chain: collateral held = cash of all accounts + pairs of unresolved
 * markets + payouts not yet redeemed + fees; and YES supply = NO supply = open interest of each
 * unresolved market, escrow and tokens together.
 */
export async function assertConserved(fixture: ExchangeFixture): Promise<void> {
  const [held, collateral, cash, lots, unredeemed, fees, markets] = await Promise.all([
    fixture.walletOf(fixture.exchange),
    fixture.read("collateralMicro"),
    fixture.read("totalCashMicro"),
    fixture.read("totalOpenInterestLots"),
    fixture.read("unredeemedMicro"),
    fixture.read("accruedFeesMicro"),
    fixture.read("marketCount"),
  ]);
  const cashes = await Promise.all(
    [...fixture.holders].map((holder) => fixture.read("cashOf", [holder])),
  );
  assert.equal(
    cashes.reduce((sum, micro) => sum + micro, 0n),
    cash,
    "cash of all accounts",
  );
  assert.ok(held >= collateral, "collateral in the contract");
  assert.equal(
    collateral,
    cash + lots * BigInt(MICRO_PER_LOT) + unredeemed + fees,
    "collateral owed",
  );
  let open = 0n;
  for (let marketId = 1; marketId <= Number(markets); marketId++)
    open += await assertMarket(fixture, marketId);
  assert.equal(open, lots, "open interest of all markets");
}

/** The open interest of a market, once its supplies agree with it; 0 when it is resolved. */
async function assertMarket(fixture: ExchangeFixture, marketId: number): Promise<bigint> {
  const { openInterestLots, status } = await fixture.read("market", [BigInt(marketId)]);
  if (status > 2) return 0n;
  const held = await Promise.all(
    [...fixture.holders].map(async (holder) => {
      const [yes, no] = await fixture.read("sharesOf", [holder, BigInt(marketId)]);
      return [
        yes + (await fixture.tokensOf(holder, marketId, 1)),
        no + (await fixture.tokensOf(holder, marketId, 0)),
      ] as const;
    }),
  );
  assert.equal(
    held.reduce((sum, [yes]) => sum + yes, 0n),
    openInterestLots,
    "YES supply",
  );
  assert.equal(
    held.reduce((sum, [, no]) => sum + no, 0n),
    openInterestLots,
    "NO supply",
  );
  return openInterestLots;
}
