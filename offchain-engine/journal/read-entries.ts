import type { Pool, PoolClient } from "../../platform/postgres/pool.ts";
import { StartError } from "../../platform/start-error.ts";
import { chainHash } from "./chain-hash.ts";
import type { JournalEntry } from "./journal-entry.ts";

const PAGE = 5_000;

/** A place in the journal: an entry's sequence and hash, or those before the first. */
export interface JournalHead {
  seq: number;
  hash: Buffer;
}

interface JournalRow {
  seq: bigint;
  time_ms: bigint;
  kind: string;
  payload: string;
  hash: Buffer;
}

/**
 * All entries after a place, page by page, each checked against the hash chain.
 * @throws StartError `journal_corrupt` at the first entry that does not fit.
 */
export async function* readEntries(
  client: Pool | PoolClient,
  after: JournalHead,
): AsyncGenerator<JournalEntry[]> {
  let last = after;
  for (;;) {
    const { rows } = await client.query<JournalRow>(
      `SELECT seq, time_ms, kind, payload, hash FROM engine.journal
       WHERE seq > $1 ORDER BY seq LIMIT $2`,
      [last.seq, PAGE],
    );
    const entries: JournalEntry[] = [];
    for (const row of rows) {
      const entry = follows(row, last);
      if (entry === null) {
        yield entries;
        throw misfit(last.seq + 1);
      }
      entries.push(entry);
      last = entry;
    }
    if (entries.length > 0) yield entries;
    if (rows.length < PAGE) return;
  }
}

/** The entry, if it fits behind the last one. */
function follows(row: JournalRow, last: JournalHead): JournalEntry | null {
  const entry = { ...row, seq: Number(row.seq), timeMs: Number(row.time_ms) };
  const expected = chainHash(last.hash, last.seq + 1, entry.timeMs, entry.payload);
  return entry.seq === last.seq + 1 && expected.equals(entry.hash) ? entry : null;
}

function misfit(seq: number): StartError {
  return new StartError(
    "journal_corrupt",
    `The journal does not fit together at entry ${seq}: it was altered or a part is ` +
      "missing; restore the database from a backup.",
  );
}
