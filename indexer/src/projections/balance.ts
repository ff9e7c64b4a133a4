import { strict as assert } from "node:assert";
import { balances } from "ponder:schema";
import type { Address } from "viem";
import type { Database } from "./database.ts";

/** A change of an account's cash in micro; `depositedMicro`, `withdrawnMicro` when it crossed escrow's edge. */
export interface CashChange {
  account: Address;
  cashMicro: bigint;
  depositedMicro?: bigint;
  withdrawnMicro?: bigint;
  blockNumber: number;
}

export async function changeBalance(db: Database, change: CashChange): Promise<void> {
  const { account, cashMicro, depositedMicro = 0n, withdrawnMicro = 0n, blockNumber } = change;
  const after = await db
    .insert(balances)
    .values({ account, cashMicro, depositedMicro, withdrawnMicro, updatedBlock: blockNumber })
    .onConflictDoUpdate((row) => ({
      cashMicro: row.cashMicro + cashMicro,
      depositedMicro: row.depositedMicro + depositedMicro,
      withdrawnMicro: row.withdrawnMicro + withdrawnMicro,
      updatedBlock: blockNumber,
    }));
  assert(after.cashMicro >= 0n, `the cash of ${account} fell below zero: an event is missing`);
}
