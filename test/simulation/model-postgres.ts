import { JournalCopy } from "../../offchain-engine/journal/copy-entries.ts";
import type { Pool, PoolClient } from "../../platform/postgres/pool.ts";
import type { Host, Wire, World } from "./host.ts";
import { type ChunkCopy, copiedChunks } from "./model-snapshots.ts";
import {
  type Answer,
  answerStaged,
  answerStatement,
  appendJournal,
  type Statement,
} from "./model-statements.ts";
import { ModelTables } from "./model-tables.ts";
import { Violation } from "./scheduler.ts";

/** The server notices a dead client after so long at most. */
const NOTICE_MS = 1_500;

/**
 * The engine's database: its tables outlive every process, a statement is carried out whole or not at all, and
 * the journal's lock belongs to a session. It knows the statements that the engine sends, and refuses others.
 */
export class ModelPostgres {
  readonly tables: ModelTables;
  readonly wire: Wire;
  readonly #world: World;
  #sessions: Session[] = [];
  #holder: Session | null = null;
  #waiting: { session: Session; grant: () => void }[] = [];
  /** Sessions that ever were. */
  #begun = 0;

  constructor(world: World) {
    this.#world = world;
    this.tables = new ModelTables();
    this.wire = {
      name: "postgres",
      errorRate: 0,
      lostRate: 0,
      slowRate: 0,
      usualMs: 6,
      timeoutMs: 50,
      isAway: false,
      failure: (what) => Object.assign(new Error(`Connection terminated: ${what}`)),
    };
  }

  /** The pool of one process. Only what the engine asks of a pool is there. */
  poolOf(host: Host): Pool {
    const pool = {
      options: { host: "model", port: 5_432 },
      query: (text: string | Statement, values?: unknown[]) =>
        this.#send(host, null, statementOf(text, values)),
      connect: () =>
        host.call(this.wire, "connect", () => {
          const session = new Session(host, this.#nextProcess());
          this.#sessions.push(session);
          host.onKilled(() => this.#noticeLater(session));
          return this.#clientOf(session);
        }),
    };
    return pool as unknown as Pool;
  }

  /** Ends the session that holds the journal, as an administrator may; its owner learns of it later. */
  endHolder(): boolean {
    if (this.#holder === null) return false;
    const session = this.#holder;
    this.#end(session);
    const { scheduler } = this.#world;
    scheduler.after(scheduler.random.below(3_000), "", () => session.tellLost());
    return true;
  }

  /** All sessions end, as when the server dies: with it goes what it has not written to the disk. */
  endAll(): void {
    const { unflushed } = this.tables;
    const lost = this.#world.scheduler.random.below(unflushed.length + 1);
    for (const undo of unflushed.splice(unflushed.length - lost).reverse()) undo();
    for (const session of [...this.#sessions]) {
      this.#end(session);
      session.host.step("a lost session", () => session.tellLost());
    }
  }

  #clientOf(session: Session): PoolClient {
    const client = {
      query: (asked: string | Statement | JournalCopy | ChunkCopy, values?: unknown[]) =>
        this.#query(session, asked, values),
      on: (event: string, listener: (error: Error) => void) => {
        if (event === "error") session.onLost = listener;
      },
      release: () => this.#end(session),
    };
    return client as unknown as PoolClient;
  }

  async #send(host: Host, session: Session | null, statement: Statement): Promise<Answer> {
    const { faults, scheduler } = this.#world;
    const { random } = scheduler;
    const what = `sql ${statement.name}`;
    const breaks = random.below(10_000) < faults.databaseLost;
    const isDone = random.chance(50);
    const wire = { ...this.wire, slowRate: faults.databaseSlow };
    const answer = await host.call(wire, what, (): Answer | "lock" | "lost" => {
      if (session?.ended) return "lost";
      if (breaks && !isDone) return "lost";
      if (statement.name === "lock") return "lock";
      const answered = this.#carryOut(session, statement);
      return breaks ? "lost" : answered;
    });
    if (answer === "lock") return this.#lock(session as Session);
    if (answer !== "lost") return answer;
    if (session) {
      this.#end(session);
      session.tellLost();
    }
    throw this.wire.failure(what);
  }

  #carryOut(session: Session | null, statement: Statement): Answer {
    if (statement.name === "try-lock") {
      const locked = this.#holder === null;
      if (locked) this.#holder = session;
      return { rows: [{ locked }], rowCount: 1 };
    }
    if (statement.name === "copy chunks") {
      const [copy] = statement.values as [ChunkCopy];
      return { rows: [copiedChunks(this.tables, copy)], rowCount: 1 };
    }
    if (statement.name === "own process") return { rows: [session?.process], rowCount: 1 };
    if (statement.name === "end process") return this.#endProcess(session, statement.values);
    if (statement.name !== "copy") return this.#answer(session, statement);
    if (this.#holder !== session) {
      throw new Violation("somebody without the lock writes the journal");
    }
    appendJournal(this.tables, statement.values as JournalCopy["entries"]);
    this.#world.scheduler.say(`durable through ${this.tables.journal.length}`);
    return { rows: [], rowCount: 0 };
  }

  /** A new process takes the lowest number that is free: that of one that ended, mostly. */
  #nextProcess(): Session["process"] {
    const pids = new Set(this.#sessions.map(({ process }) => process.pid));
    let pid = 1;
    while (pids.has(pid)) pid++;
    return { pid, startedAt: String(++this.#begun) };
  }

  #endProcess(asking: Session | null, [pid, startedAt]: readonly unknown[]): Answer {
    const found = this.#sessions.find(
      ({ process }) => process.pid === pid && process.startedAt === startedAt,
    );
    if (!found || found === asking) return { rows: [], rowCount: 0 };
    this.#end(found);
    found.host.step("a lost session", () => found.tellLost());
    return { rows: [{}], rowCount: 1 };
  }

  /** A transaction's statements take effect with its COMMIT, each answered as if it did at once. */
  #answer(session: Session | null, statement: Statement): Answer {
    const staged = session?.staged ?? null;
    if (session && statement.text === "BEGIN") session.staged = [];
    else if (session && staged && /^(COMMIT|ROLLBACK)$/.test(statement.text)) {
      session.staged = null;
      const { tables } = this;
      const all = statement.text === "COMMIT" ? staged : [];
      tables.together(() => {
        for (const one of all) answerStatement(tables, one);
      });
    } else if (staged) {
      staged.push(statement);
      return answerStaged(this.tables, statement);
    } else return answerStatement(this.tables, statement);
    return { rows: [], rowCount: 1 };
  }

  #query(
    session: Session,
    asked: string | Statement | JournalCopy | ChunkCopy,
    values?: unknown[],
  ): Promise<Answer> | undefined {
    if (asked instanceof JournalCopy) return void this.#copy(session, asked);
    if (typeof asked === "object" && "handleCopyData" in asked) {
      return void this.#copyOut(session, asked);
    }
    return this.#send(session.host, session, statementOf(asked, values));
  }

  #copyOut(session: Session, copy: ChunkCopy): void {
    const statement = { name: "copy chunks", text: "", values: [copy] };
    void this.#send(session.host, session, statement).then(
      ({ rows: [chunk] }) => {
        copy.handleCopyData({ chunk: chunk as Buffer });
        copy.handleReadyForQuery();
      },
      (error) => copy.handleError(error),
    );
  }

  #copy(session: Session, copy: JournalCopy): void {
    const statement = { name: "copy", text: "", values: copy.entries };
    void this.#send(session.host, session, statement).then(
      () => copy.handleReadyForQuery(),
      (error) => copy.handleError(error),
    );
  }

  #lock(session: Session): Promise<Answer> {
    const granted = { rows: [], rowCount: 0 };
    if (session.ended) return Promise.reject(this.wire.failure("sql lock"));
    if (this.#holder === null) {
      this.#holder = session;
      return Promise.resolve(granted);
    }
    return new Promise((resolve) => {
      const grant = () => session.host.step("the lock", () => resolve(granted));
      this.#waiting.push({ session, grant });
    });
  }

  #noticeLater(session: Session): void {
    const { scheduler } = this.#world;
    scheduler.after(scheduler.random.below(NOTICE_MS), "", () => this.#end(session));
  }

  #end(session: Session): void {
    session.ended = true;
    this.#sessions = this.#sessions.filter((other) => other !== session);
    this.#waiting = this.#waiting.filter((waiter) => waiter.session !== session);
    if (this.#holder !== session) return;
    const next = this.#waiting.shift();
    this.#holder = next?.session ?? null;
    next?.grant();
  }
}

class Session {
  readonly host: Host;
  readonly process: { pid: number; startedAt: string };
  ended = false;
  /** Of the transaction that is open. */
  staged: Statement[] | null = null;
  onLost: (error: Error) => void = () => {};

  constructor(host: Host, process: { pid: number; startedAt: string }) {
    this.host = host;
    this.process = process;
  }

  tellLost(): void {
    if (this.host.alive) this.onLost(new Error("Connection terminated unexpectedly"));
  }
}

function statementOf(text: string | Statement, values: unknown[] = []): Statement {
  const sql = typeof text === "string" ? text : text.text;
  const parameters = typeof text === "string" ? values : text.values;
  return { name: nameOf(sql), text: sql, values: parameters };
}

function nameOf(sql: string): string {
  if (/pg_try_advisory_lock/.test(sql)) return "try-lock";
  if (/pg_advisory_lock/.test(sql)) return "lock";
  if (/^SELECT pg_terminate_backend\(pid\)/.test(sql)) return "end process";
  if (/WHERE pid = pg_backend_pid\(\)$/.test(sql)) return "own process";
  if (sql === "SELECT 1") return "probe";
  if (/^(BEGIN|COMMIT|ROLLBACK)$/.test(sql)) return sql.toLowerCase();
  const [, verb, table] = /(SELECT|INSERT|UPDATE|SET)\b[\s\S]*?(engine\.\w+|$)/.exec(sql) ?? [];
  return `${verb?.toLowerCase()} ${table ?? ""}`.trim();
}
