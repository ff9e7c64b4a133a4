import { strict as assert } from "node:assert";
import { exchange } from "ponder:schema";
import type { Address } from "viem";
import type { Database } from "./database.ts";

type ExchangeRow = typeof exchange.$inferSelect;

/** The exchange's one row, before its first event. */
export async function createExchange(db: Database, address: Address): Promise<void> {
  await db.insert(exchange).values({
    address,
    operator: null,
    tradingPaused: false,
    lastBatchId: 0,
    journalSeq: 0,
    journalHash: null,
    fillsSettled: 0,
    fillsSkipped: 0,
    collateralInMicro: 0n,
    collateralOutMicro: 0n,
    feesChargedMicro: 0n,
    feesCollectedMicro: 0n,
  });
}

export async function getExchange(db: Database, address: Address): Promise<ExchangeRow> {
  const row = await db.find(exchange, { address });
  assert(row, "the exchange's row is created before its first event");
  return row;
}

export async function changeExchange(
  db: Database,
  address: Address,
  change: (row: ExchangeRow) => Partial<Omit<ExchangeRow, "address">>,
): Promise<void> {
  await db.update(exchange, { address }).set(change);
}

/** Collateral came in from a wallet. */
export function collateralIn(db: Database, address: Address, amountMicro: bigint): Promise<void> {
  return changeExchange(db, address, (row) => ({
    collateralInMicro: row.collateralInMicro + amountMicro,
  }));
}

/** Collateral went out to a wallet. */
export function collateralOut(db: Database, address: Address, amountMicro: bigint): Promise<void> {
  return changeExchange(db, address, (row) => ({
    collateralOutMicro: row.collateralOutMicro + amountMicro,
  }));
}
