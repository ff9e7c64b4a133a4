import assert from "node:assert/strict";
import { MICRO_PER_LOT } from "../../../protocol/units.ts";
import type { ExchangeFixture } from "./exchange-fixture.ts";

/**
 * Asserts design promise 3 on chain: collateral held = cash of all accounts + pairs of unresolved
 * markets + payouts not yet redeemed + fees; and in each unresolved market NO supply = open interest and
 * YES supply = open interest + its group's excess, escrow and tokens together.
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
  for (let marketId = 1; marketId <= Number(markets); marketId++) {
    const excess = await excessOf(fixture, marketId);
    const openLots = await assertMarket(fixture, marketId, excess.lots);
    open += openLots ?? 0n;
    // A group's excess counts once.
    if (openLots !== undefined && excess.isFirst) open += excess.lots;
  }
  assert.equal(open, lots, "open interest of all markets");
}

/** How many more YES than NO a market's group has in each member; 0 in no group. */
async function excessOf(fixture: ExchangeFixture, marketId: number) {
  const [groupId] = await fixture.read("groupOf", [BigInt(marketId)]);
  if (groupId === 0n) return { lots: 0n, isFirst: false };
  const { excessYesLots } = await fixture.read("group", [groupId]);
  return { lots: excessYesLots, isFirst: groupId === BigInt(marketId) };
}

/** The open interest of a market, once its supplies agree with it; `undefined` when it is resolved. */
async function assertMarket(
  fixture: ExchangeFixture,
  marketId: number,
  excessLots: bigint,
): Promise<bigint | undefined> {
  const { openInterestLots, status } = await fixture.read("market", [BigInt(marketId)]);
  if (status > 2) return undefined;
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
    openInterestLots + excessLots,
    "YES supply",
  );
  assert.equal(
    held.reduce((sum, [, no]) => sum + no, 0n),
    openInterestLots,
    "NO supply",
  );
  return openInterestLots;
}
