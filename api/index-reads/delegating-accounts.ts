import type { Address } from "viem";
import type { Pool } from "../../platform/postgres/pool.ts";
import { fromIndexOrNull } from "./from-index.ts";

const ACCOUNTS_MAX = 100;

/** Accounts that the address may sign orders for, at most a hundred; null while the index is not there. */
export async function readDelegatingAccounts(
  pool: Pool,
  delegate: Address,
): Promise<Address[] | null> {
  const result = await fromIndexOrNull(() =>
    pool.query<{ account: Address }>(
      `SELECT account FROM chain.delegates WHERE delegate = $1 AND removed_at IS NULL
       ORDER BY account LIMIT $2`,
      [delegate, ACCOUNTS_MAX],
    ),
  );
  return result?.rows.map(({ account }) => account) ?? null;
}
