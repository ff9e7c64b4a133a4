import type { Address, Hex } from "viem";
import type { Pool } from "../../platform/postgres/pool.ts";
import { journalGenesisHash } from "../../protocol/journal/genesis-hash.ts";
import type { JournalHead, JournalReply } from "../../protocol/wire/journal.ts";
import { JOURNAL_PAGE_BYTES_MAX } from "../config.ts";
import { ApiProblem } from "../problem.ts";

interface MetaRow {
  chain_id: bigint;
  exchange: Address;
  deploy_block: bigint;
  deploy_block_hash: Hex;
  journal_format: number;
  core_limits: string;
}

interface EntryRow {
  seq: bigint;
  time_ms: bigint;
  payload: string;
  hash: Buffer;
  /** The last entry that this page could have held, were it not for its size. */
  last_seq: bigint;
}

/**
 * Time is the exchange's: the newest entry's where that is ahead of this machine's, as on a development
 * chain. It never falls, so that the entries shown are the journal's beginning.
 */
const PAGE = `
  WITH clock AS (
    SELECT greatest($3::bigint, (SELECT time_ms FROM engine.journal ORDER BY seq DESC LIMIT 1)) AS ms
  ), page AS (
    SELECT seq, time_ms, payload, hash FROM engine.journal WHERE seq > $1 ORDER BY seq LIMIT $2 + 1
  ), shown AS (
    SELECT *, row_number() OVER (ORDER BY seq) AS place,
           sum(octet_length(payload)) OVER (ORDER BY seq) AS bytes
    FROM page WHERE time_ms <= (SELECT ms FROM clock) - $4::bigint
  )
  SELECT seq, time_ms, payload, hash, (SELECT max(seq) FROM shown) AS last_seq FROM shown
  WHERE place = 1 OR (place <= $2 AND bytes <= $5) ORDER BY seq`;

/**
 * A page of the published journal: what is older than the lag, oldest first, bounded in entries and bytes.
 * @throws ApiProblem `engine_unavailable` before any engine has begun a journal.
 */
export async function readJournal(
  pool: Pool,
  options: { after: number; limit: number; lagSeconds: number; nowMs: number },
): Promise<JournalReply> {
  const { after, limit, lagSeconds, nowMs } = options;
  const journal = await readHead(pool, lagSeconds);
  const { rows } = await pool.query<EntryRow>(PAGE, [
    after,
    limit,
    nowMs,
    lagSeconds * 1_000,
    JOURNAL_PAGE_BYTES_MAX,
  ]);
  let previousHash = after === 0 ? journal.genesisHash : await hashAt(pool, after);
  const items = rows.map((row) => {
    const hash: Hex = `0x${row.hash.toString("hex")}`;
    const { payload } = row;
    const entry = {
      seq: Number(row.seq),
      timeMs: Number(row.time_ms),
      payload,
      previousHash,
      hash,
    };
    previousHash = hash;
    return entry;
  });
  const last = rows.at(-1);
  const nextAfter = last !== undefined && last.seq < last.last_seq ? Number(last.seq) : null;
  return { journal, items, nextAfter };
}

async function readHead(pool: Pool, lagSeconds: number): Promise<JournalHead> {
  const { rows } = await pool.query<MetaRow>("SELECT * FROM engine.meta");
  const [meta] = rows;
  if (!meta) throw new ApiProblem("engine_unavailable");
  const identity = {
    chainId: Number(meta.chain_id),
    exchange: meta.exchange,
    deployBlockHash: meta.deploy_block_hash,
  };
  return {
    format: meta.journal_format,
    ...identity,
    deployBlock: Number(meta.deploy_block),
    genesisHash: journalGenesisHash(identity),
    limits: JSON.parse(meta.core_limits),
    lagSeconds,
  };
}

/** The hash of the entry before a page; of no use, and zero, when the journal does not reach so far. */
async function hashAt(pool: Pool, seq: number): Promise<Hex> {
  const { rows } = await pool.query<{ hash: Buffer }>(
    "SELECT hash FROM engine.journal WHERE seq = $1",
    [seq],
  );
  return `0x${rows[0]?.hash.toString("hex") ?? "00".repeat(32)}`;
}
