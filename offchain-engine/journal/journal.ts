import { strict as assert } from "node:assert";
import type { Log } from "../../platform/log.ts";
import { databaseStartError } from "../../platform/postgres/database-start-error.ts";
import type { Pool, PoolClient } from "../../platform/postgres/pool.ts";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import type { Deployment } from "../../protocol/deployment.ts";
import type { Command, SequencedCommand } from "../../protocol/engine/command.ts";
import { chainHash, genesisHash } from "./chain-hash.ts";
import { copyEntries } from "./copy-entries.ts";
import type { JournalEntry } from "./journal-entry.ts";
import { identifyJournal } from "./journal-identity.ts";
import { lockJournal, type StandbyMode } from "./journal-lock.ts";
import { type JournalHead, readEntries } from "./read-entries.ts";
import { SessionWatch } from "./session-watch.ts";

/** The only writer of one exchange's journal. */
export interface Journal<Limits> {
  /** The limits that the journal was begun with. */
  readonly limits: Limits;
  /** The last entry that is durable, and its hash. */
  head(): JournalHead;
  /**
   * Every durable command in order, or those after an entry whose hash is known, each checked against
   * the hash chain. `pause` is waited for now and then.
   * @throws StartError `journal_corrupt` at the first entry that does not fit.
   */
  replay(
    apply: (sequenced: SequencedCommand) => void,
    options?: { after?: JournalHead | undefined; pause?: () => Promise<void> },
  ): Promise<void>;
  /** The entry that follows the last one prepared. Nothing is written yet. */
  prepare(timeMs: number, command: Command): JournalEntry;
  /**
   * Writes a group in one transaction; resolves once it is on the disk. When it rejects, what is durable is
   * unknown and memory is ahead of it: the process must end, and a restart replays.
   */
  commit(entries: readonly JournalEntry[]): Promise<void>;
  /**
   * Resolves when the connection has answered within the last seconds, less than the server takes to give the
   * lock of one that is silent to somebody else; asks it when it has not. Rejects when it fails.
   */
  confirm(): Promise<void>;
  /**
   * Resolves with the error when the journal's connection, and with it the lock, is lost, or has not answered
   * for ten seconds. It is watched from the end of the replay on.
   */
  readonly lost: Promise<Error>;
  /** Ends the connection, and with it the lock. Once closed, it stays so. */
  close(): Promise<void>;
}

/**
 * Takes the journal's lock and checks whose journal it is.
 * @throws StartError `journal_locked`, `deployment_mismatch`, `database_away`, `database_refuses`,
 *   `database_unmigrated`.
 */
export async function openJournal<Limits>(options: {
  pool: Pool;
  deployment: Deployment;
  /** Recorded when the journal is empty. */
  limits: Limits;
  standby: StandbyMode;
  log: Log;
  timers?: Timers;
}): Promise<Journal<Limits>> {
  const { pool, deployment, standby, log, timers = systemTimers } = options;
  const client = await pool.connect().catch((error: unknown) => {
    throw databaseStartError(error, pool);
  });
  const lost = new Promise<Error>((resolve) => client.on("error", resolve));
  try {
    await lockJournal(client, standby, log);
    const limits = await identifyJournal(client, deployment, options.limits);
    return createJournal(client, genesisHash(deployment), limits, lost, timers);
  } catch (error) {
    client.release(true);
    throw databaseStartError(error, pool);
  }
}

function createJournal<Limits>(
  client: PoolClient,
  genesis: Buffer,
  limits: Limits,
  cut: Promise<Error>,
  timers: Timers,
): Journal<Limits> {
  let durable: JournalHead = { seq: 0, hash: genesis };
  let prepared = durable;
  let closed = false;
  const watch = new SessionWatch(() => client.query("SELECT 1"), timers, "the journal's session");

  return {
    limits,
    lost: Promise.race([cut, watch.silent]),
    confirm: () => watch.confirm(),
    head: () => durable,
    async replay(apply, { after, pause } = {}) {
      assert.equal(durable.seq, 0, "a journal is replayed once, before anything is prepared");
      durable = after ?? durable;
      for await (const entries of readEntries(client, durable)) {
        for (const { seq, timeMs, payload, hash } of entries) {
          apply({ seq, timeMs, command: JSON.parse(payload) });
          durable = { seq, hash };
        }
        await pause?.();
      }
      prepared = durable;
      if (!closed) watch.start();
    },
    prepare(timeMs, command) {
      const seq = prepared.seq + 1;
      const payload = JSON.stringify(command);
      const hash = chainHash(prepared.hash, seq, timeMs, payload);
      prepared = { seq, hash };
      return { seq, timeMs, kind: command.kind, payload, hash };
    },
    async commit(entries) {
      assert.equal(entries[0]?.seq, durable.seq + 1, "groups commit in order");
      await watch.carry(copyEntries(client, entries));
      const last = entries.at(-1) as JournalEntry;
      durable = { seq: last.seq, hash: last.hash };
    },
    async close() {
      if (closed) return;
      closed = true;
      watch.stop();
      client.release(true);
    },
  };
}
