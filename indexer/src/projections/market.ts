import { strict as assert } from "node:assert";
import { marketRows } from "ponder:schema";
import type { Database } from "./database.ts";

export type MarketRow = typeof marketRows.$inferSelect;

export async function getMarket(db: Database, marketId: number): Promise<MarketRow> {
  const row = await db.find(marketRows, { marketId });
  assert(row, `market ${marketId} has events before its creation`);
  return row;
}

export async function changeMarket(
  db: Database,
  marketId: number,
  change: (row: MarketRow) => Partial<Omit<MarketRow, "marketId">>,
): Promise<void> {
  await db.update(marketRows, { marketId }).set(change);
}

/** Shares came into being (positive) or ceased to be (negative), wherever they are held. */
export async function changeSupply(
  db: Database,
  marketId: number,
  lots: { yes: bigint; no: bigint },
): Promise<void> {
  await changeMarket(db, marketId, (row) => {
    const yesOutstandingLots = row.yesOutstandingLots + lots.yes;
    const noOutstandingLots = row.noOutstandingLots + lots.no;
    assert(
      yesOutstandingLots >= 0n && noOutstandingLots >= 0n,
      `market ${marketId} has fewer than no shares`,
    );
    return { yesOutstandingLots, noOutstandingLots };
  });
}
