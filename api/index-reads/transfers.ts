import type { Address, Hex } from "viem";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { Transfer } from "../../protocol/wire/account.ts";
import type { Page } from "../../protocol/wire/page.ts";
import { cutPage, decodeCursor, encodeCursor } from "../http/cursor.ts";
import { fromIndex } from "./from-index.ts";

interface TransferRow {
  kind: string;
  account: Address;
  market_id: bigint | null;
  outcome: 0 | 1 | null;
  amount_micro: string | null;
  quantity_lots: string | null;
  release_nonce: string | null;
  block_number: bigint;
  block_time: bigint;
  log_index: number;
  transaction_hash: Hex;
}

function toTransfer(row: TransferRow): Transfer {
  return {
    kind: row.kind,
    account: row.account,
    marketId: row.market_id === null ? null : Number(row.market_id),
    outcome: row.outcome,
    amountMicro: row.amount_micro,
    quantityLots: row.quantity_lots,
    releaseNonce: row.release_nonce,
    blockNumber: Number(row.block_number),
    logIndex: row.log_index,
    time: Number(row.block_time),
    transactionHash: row.transaction_hash,
  };
}

/** What entered, left or changed form for an account, the latest first. */
export async function readTransfers(
  pool: Pool,
  account: Address,
  filter: { limit: number; cursor?: string },
): Promise<Page<Transfer>> {
  const after = decodeCursor("transfers", 2, filter.cursor);
  const { rows } = await fromIndex(() =>
    pool.query<TransferRow>(
      `SELECT kind, account, market_id, outcome, amount_micro, quantity_lots, release_nonce,
              block_number, block_time, log_index, transaction_hash
       FROM chain.transfers
       WHERE account = $1 AND ($2::bigint IS NULL OR (block_number, log_index) < ($2, $3::bigint))
       ORDER BY block_number DESC, log_index DESC LIMIT $4`,
      [account, after?.[0] ?? null, after?.[1] ?? null, filter.limit + 1],
    ),
  );
  return cutPage(rows, filter.limit, toTransfer, (row) =>
    encodeCursor("transfers", [row.block_number, BigInt(row.log_index)]),
  );
}
