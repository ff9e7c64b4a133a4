import { exportRequests, withdrawalRequests } from "ponder:schema";
import { and, eq } from "ponder";
import type { Address } from "viem";
import type { Database } from "./database.ts";

/** How a delayed exit ended. */
export type ExitEnd = "replaced" | "cancelled" | "executed";

/** Closes the account's pending withdrawal, if it has one. */
export async function closeWithdrawal(
  db: Database,
  account: Address,
  status: ExitEnd,
  closedBlock: number,
): Promise<void> {
  await db.sql
    .update(withdrawalRequests)
    .set({ status, closedBlock })
    .where(and(eq(withdrawalRequests.account, account), eq(withdrawalRequests.status, "pending")));
}

/** Closes the account's pending export of one outcome, if it has one. */
export async function closeExport(
  db: Database,
  key: { account: Address; marketId: number; outcome: number },
  status: ExitEnd,
  closedBlock: number,
): Promise<void> {
  await db.sql
    .update(exportRequests)
    .set({ status, closedBlock })
    .where(
      and(
        eq(exportRequests.account, key.account),
        eq(exportRequests.marketId, key.marketId),
        eq(exportRequests.outcome, key.outcome),
        eq(exportRequests.status, "pending"),
      ),
    );
}
