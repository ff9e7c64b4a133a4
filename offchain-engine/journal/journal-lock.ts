import type { Log } from "../../platform/log.ts";
import type { PoolClient } from "../../platform/postgres/pool.ts";
import { StartError } from "../../platform/start-error.ts";

/** "AGON" in ASCII. */
const LOCK_KEY = 0x41_47_4f_4e;
const LOCK_NOT_AVAILABLE = "55P03";
/** A predecessor that was just killed takes a moment to lose its lock. */
const REFUSE_AFTER_MS = 5_000;

/** `wait`: a hot standby, for as long as it takes. `refuse`: an error after a few seconds. */
export type StandbyMode = "wait" | "refuse";

/**
 * Makes this connection the journal's only writer until it ends: the lock belongs to the very
 * session that writes, so who lost the lock cannot write either.
 * @throws StartError `journal_locked`.
 */
export async function lockJournal(
  client: PoolClient,
  mode: StandbyMode,
  log: Log,
  refuseAfterMs = REFUSE_AFTER_MS,
): Promise<void> {
  // The server notices a dead engine machine within seconds, and gives its lock to the standby.
  await client.query("SET tcp_keepalives_idle = 5");
  await client.query("SET tcp_keepalives_interval = 2");
  await client.query("SET tcp_keepalives_count = 3");
  // As soon as that also when an answer is on its way; milliseconds.
  await client.query("SET tcp_user_timeout = 11000");
  // Whatever server, database or role say: what is acknowledged is on the disk.
  await client.query("SET synchronous_commit = on");
  const { rows } = await client.query<{ locked: boolean }>(
    "SELECT pg_try_advisory_lock($1) AS locked",
    [LOCK_KEY],
  );
  if (rows[0]?.locked) return;
  log.warn({ mode }, "another engine holds the journal; waiting for it to end");
  await client.query(`SET lock_timeout = ${mode === "refuse" ? refuseAfterMs : 0}`);
  try {
    await client.query("SELECT pg_advisory_lock($1)", [LOCK_KEY]);
  } catch (cause) {
    if ((cause as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw cause;
    throw new StartError(
      "journal_locked",
      "Another engine holds this database's journal; stop it first, or start as a standby.",
      { cause },
    );
  }
  await client.query("SET lock_timeout = 0");
  log.info("took over the journal");
}
