import type { Log } from "../../platform/log.ts";
import type { Pool } from "../../platform/postgres/pool.ts";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import type { Slice } from "./changed-rows.ts";
import { openTablesSession, TablesConnectionError, type TablesSession } from "./tables-session.ts";

/** A server that lets nobody in is asked again after so long. */
const RETRY_MS = 500;

/** The engine's tables below the journal, and the right to write them. */
export interface Tables {
  /** How far they had followed the journal when they were opened. */
  readonly seq: number;
  /** The last fill that they had then. */
  readonly lastFillSeq: number;
  /**
   * Writes rows and how far they reach, in one transaction; when the connection is lost over it, on the next one.
   * Rejects when another engine has taken over, with what the server has against the rows, and when they are
   * closed meanwhile: the rows may be written then.
   */
  write(slices: readonly Slice[], seq: number): Promise<void>;
  /** Resolves with the error when they cannot be written any more. */
  readonly lost: Promise<Error>;
  close(): Promise<void>;
}

/**
 * Opens the tables for the holder of the journal's lock. Whoever wrote them before cannot any more: its
 * connection may outlive its lock. A connection that is cut or falls silent is replaced.
 * @throws the server's and the connection's errors, when the first one cannot be had.
 */
export async function openTables(options: {
  pool: Pool;
  log: Log;
  timers?: Timers;
}): Promise<Tables> {
  const { pool, log, timers = systemTimers } = options;
  const session = await openTablesSession(pool, timers, null);
  try {
    const lastFillSeq = await session.lastFillSeq();
    return new LastingTables({ pool, log, timers, session, lastFillSeq });
  } catch (error) {
    session.close();
    throw error;
  }
}

class LastingTables implements Tables {
  readonly seq: number;
  readonly lastFillSeq: number;
  readonly lost: Promise<Error>;
  readonly #pool: Pool;
  readonly #log: Log;
  readonly #timers: Timers;
  readonly #fail: (error: Error) => void;
  /** The connection in use, or the next one. */
  #session: Promise<TablesSession>;
  /** What the tables hold, as far as we were told. */
  #written: number;
  /** What they may hold already. */
  #writing: number;
  readonly #replaced = new WeakSet<TablesSession>();
  #isOpen = true;

  constructor(options: {
    pool: Pool;
    log: Log;
    timers: Timers;
    session: TablesSession;
    lastFillSeq: number;
  }) {
    const { session } = options;
    this.#pool = options.pool;
    this.#log = options.log;
    this.#timers = options.timers;
    this.seq = session.seq;
    this.lastFillSeq = options.lastFillSeq;
    this.#written = session.seq;
    this.#writing = session.seq;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.lost = promise;
    this.#fail = resolve;
    this.#session = Promise.resolve(session);
    void session.lost.then((error) => this.#replace(session, error));
  }

  async write(slices: readonly Slice[], seq: number): Promise<void> {
    this.#writing = seq;
    while (this.#written !== seq) {
      const session = await this.#session;
      try {
        // What its predecessor was asked last it may have carried out before it was lost.
        if (session.seq !== seq) await session.write(slices, seq);
        this.#written = seq;
      } catch (error) {
        // Once closed there is no next connection, and one that is closed refuses at once, for ever.
        if (!(error instanceof TablesConnectionError) || !this.#isOpen) throw error;
        this.#replace(session, error);
      }
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    // One that is only coming closes itself.
    void this.#session.then(
      (session) => session.close(),
      () => {},
    );
  }

  #replace(session: TablesSession, error: Error): void {
    if (this.#replaced.has(session) || !this.#isOpen) return;
    this.#replaced.add(session);
    this.#log.warn({ err: error }, "the connection of the tables is lost; taking another one");
    session.close();
    this.#session = this.#reopen(session);
    this.#session.catch(this.#fail);
  }

  async #reopen(lost: TablesSession): Promise<TablesSession> {
    while (this.#isOpen) {
      try {
        const session = await openTablesSession(this.#pool, this.#timers, lost);
        this.#check(session);
        void session.lost.then((error) => this.#replace(session, error));
        this.#log.info({ seq: session.seq }, "the tables have a connection again");
        return session;
      } catch (error) {
        if (!(error instanceof TablesConnectionError)) throw error;
        this.#log.warn({ err: error }, "the tables cannot be reached; trying again");
        await new Promise<void>((resolve) => this.#timers.after(RETRY_MS, resolve));
      }
    }
    throw new Error("the tables are closed");
  }

  /** A server that died took what it had not flushed with it; only a restart has those rows again. */
  #check(session: TablesSession): void {
    if (this.#isOpen && (session.seq === this.#written || session.seq === this.#writing)) return;
    session.close();
    throw new Error(`the tables hold ${session.seq}, not ${this.#written}`);
  }
}
