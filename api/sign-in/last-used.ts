import type { Log } from "../../platform/log.ts";
import type { Pool } from "../../platform/postgres/pool.ts";

/** When each key was last used, written beside the requests. */
export interface LastUsed {
  note(keyId: string): void;
  /** Writes what is left. */
  stop(): Promise<void>;
}

const WRITE_EACH_MS = 1000;
/** A key's time is written at most so often. */
const COARSE_MS = 60_000;
/** Keys in use at once that are followed; the others' times are written when there is room. */
const KEYS_MAX = 10_000;

/** Follows the use of keys in memory, and writes it in one statement for all, at most once a minute for each. */
export function createLastUsed(pool: Pool, log: Log): LastUsed {
  /** Per key: the last use, and how much of it is in the table. */
  const uses = new Map<string, { usedAtMs: number; writtenAtMs: number }>();
  let writing: Promise<void> = Promise.resolve();

  function due(nowMs: number): [string, number][] {
    const rows: [string, number][] = [];
    for (const [id, use] of uses) {
      const isNew = use.usedAtMs > use.writtenAtMs;
      if (isNew && nowMs - use.writtenAtMs >= COARSE_MS) {
        use.writtenAtMs = use.usedAtMs;
        rows.push([id, use.usedAtMs]);
      } else if (!isNew && nowMs - use.usedAtMs >= COARSE_MS) uses.delete(id);
    }
    return rows;
  }

  async function write(rows: [string, number][]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await pool.query(
        `UPDATE app.api_keys AS key SET last_used_at = used.at
           FROM unnest($1::text[], $2::timestamptz[]) AS used(id, at)
          WHERE key.id = used.id AND (key.last_used_at IS NULL OR key.last_used_at < used.at)`,
        [rows.map(([id]) => id), rows.map(([, atMs]) => new Date(atMs))],
      );
    } catch (error) {
      log.warn({ err: error }, "the last use of API keys was not written");
    }
  }

  const flush = () => {
    const rows = due(Date.now());
    writing = writing.then(() => write(rows));
  };
  const timer = setInterval(flush, WRITE_EACH_MS);
  timer.unref();

  return {
    note(keyId) {
      const use = uses.get(keyId);
      if (use) use.usedAtMs = Date.now();
      else if (uses.size < KEYS_MAX) uses.set(keyId, { usedAtMs: Date.now(), writtenAtMs: 0 });
    },
    async stop() {
      clearInterval(timer);
      flush();
      await writing;
    },
  };
}
