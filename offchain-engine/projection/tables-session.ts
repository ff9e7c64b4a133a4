import type { QueryConfig, QueryResult } from "pg";
import type { Pool } from "../../platform/postgres/pool.ts";
import type { Timers } from "../../platform/timers.ts";
import { SessionWatch } from "../journal/session-watch.ts";
import type { Slice } from "./changed-rows.ts";
import { groupStatement } from "./group-statement.ts";

/** Another engine may write the tables now: this one never again. */
export class TablesTakenOverError extends Error {
  constructor() {
    super("another engine has taken over the tables");
  }
}

/** The connection is gone, or does not answer: what it was asked last may have been carried out. */
export class TablesConnectionError extends Error {
  constructor(cause: unknown) {
    super("the connection of the tables is lost", { cause });
  }
}

/** SQLSTATEs of a server that ends a session or takes none: it has nothing against the statement. */
const OF_CONNECTION = /^(08|57P0|25P03|53300)/;

/** What is known of a session that was lost, for the one that follows it. */
export interface LostSession {
  /** The number under which it was allowed to write. */
  writer: number;
  /** Of its process in the server; null when the server does not tell. */
  backend: Backend | null;
}

/** A process of the server. Its pid alone may be another's by now. */
interface Backend {
  pid: number;
  /** As the server writes it. */
  startedAt: string;
}

/** One connection that may write the tables. */
export interface TablesSession extends LostSession {
  /** How far the tables had followed the journal when it was opened. */
  readonly seq: number;
  /**
   * Writes rows and how far they reach, in one transaction.
   * @throws TablesConnectionError, TablesTakenOverError, and what the server has against the rows.
   */
  write(slices: readonly Slice[], seq: number): Promise<void>;
  /** The last fill that the tables have. */
  lastFillSeq(): Promise<number>;
  /** Resolves with the error when the connection is cut or does not answer any more. */
  readonly lost: Promise<Error>;
  close(): void;
}

/**
 * Takes the right to write the tables from whoever had it, or, in place of a lost session of ours, from that one
 * alone: should somebody else have it by now, its journal is not ours any more either. What the lost session
 * still holds is taken from it. Writes are not waited for on the disk: rows and progress are one transaction,
 * so a server that dies loses both, and the next start writes them from the journal.
 * @throws TablesConnectionError, TablesTakenOverError, and the server's errors.
 */
export async function openTablesSession(
  pool: Pool,
  timers: Timers,
  lost: LostSession | null,
): Promise<TablesSession> {
  const client = await pool.connect().catch((error) => Promise.reject(told(error)));
  const cut = new Promise<Error>((resolve) => client.on("error", resolve));
  const watch = new SessionWatch(() => client.query("SELECT 1"), timers, "the tables' session");
  const close = () => {
    watch.stop();
    client.release(true);
  };
  const query: Query = <Row extends object>(asked: string | QueryConfig, values?: unknown[]) =>
    watch
      .carry(client.query<Row>(asked as string, values))
      .catch((error) => Promise.reject(told(error)));
  watch.start();
  try {
    const { seq, writer, backend } = await claim(query, lost);
    return {
      seq,
      writer,
      backend,
      lost: Promise.race([cut, watch.silent]),
      write: (slices, reached) => write(query, slices, { seq: reached, writer }),
      async lastFillSeq() {
        const { rows } = await query<{ last: bigint | null }>(
          "SELECT max(fill_seq) AS last FROM engine.fills",
        );
        return Number(rows[0]?.last ?? 0n);
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A statement of this session. @throws TablesConnectionError and the server's errors. */
type Query = <Row extends object>(
  asked: string | QueryConfig,
  values?: unknown[],
) => Promise<QueryResult<Row>>;

/** The server's own word, or that the connection is lost. */
function told(error: Error & { code?: string; severity?: string }): Error {
  const isOfServer = error.severity !== undefined && !OF_CONNECTION.test(error.code ?? "");
  return isOfServer ? error : new TablesConnectionError(error);
}

async function claim(
  query: Query,
  lost: LostSession | null,
): Promise<LostSession & { seq: number }> {
  await query("SET synchronous_commit = off");
  // Whoever falls silent within a transaction must not keep its successor waiting for the row; milliseconds.
  await query("SET idle_in_transaction_session_timeout = 10000");
  const { rows: own } = await query<Backend>(
    `SELECT pid, backend_start::text AS "startedAt" FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
  );
  if (lost?.backend) {
    // A pooler may have given us the process of the lost session itself.
    await query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE pid = $1 AND backend_start::text = $2 AND pid <> pg_backend_pid()`,
      [lost.backend.pid, lost.backend.startedAt],
    );
  }
  const { rows } = lost
    ? await query<Claimed>(
        "UPDATE engine.projection SET writer = writer + 1 WHERE writer = $1 RETURNING seq, writer",
        [lost.writer],
      )
    : await query<Claimed>(
        `INSERT INTO engine.projection (seq, writer) VALUES (0, 1)
         ON CONFLICT (id) DO UPDATE SET writer = projection.writer + 1 RETURNING seq, writer`,
      );
  const [taken] = rows;
  if (taken === undefined) throw new TablesTakenOverError();
  return { seq: Number(taken.seq), writer: Number(taken.writer), backend: own[0] ?? null };
}

interface Claimed {
  seq: bigint;
  writer: bigint;
}

async function write(
  query: Query,
  slices: readonly Slice[],
  progress: { seq: number; writer: number },
): Promise<void> {
  const isTransaction = slices.length > 1; // a single statement is one by itself
  if (isTransaction) await query("BEGIN");
  for (const slice of slices) {
    const { rowCount } = await query(groupStatement(slice(), progress));
    if (rowCount !== 1) throw new TablesTakenOverError();
  }
  if (isTransaction) await query("COMMIT");
}
