import type { Log } from "../../platform/log.ts";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import { within } from "../within.ts";
import { ChangedRows, type Changes } from "./changed-rows.ts";
import type { ProjectorMetrics } from "./metrics.ts";
import type { Tables } from "./tables.ts";

export interface ProjectorLimits {
  /** Commands by which the tables may be behind before users' new orders are refused. */
  maxBehind: number;
  /** Rows that are worth a transaction: it starts when there are so many. */
  minRows: number;
  /** Rows after which a transaction takes no further command. */
  maxRows: number;
  /** Rows that one statement writes: a transaction has several when a command changed very many. */
  maxStatementRows: number;
  /** How long changes gather when nobody waits for them. */
  maxAgeMs: number;
}

export const DEFAULT_PROJECTOR_LIMITS: ProjectorLimits = {
  maxBehind: 50_000,
  minRows: 250,
  maxRows: 1_000,
  maxStatementRows: 2_000,
  maxAgeMs: 100,
};

/** Tables that take nothing for so long do not keep the engine from ending. */
const CLOSE_LIMIT_MS = 5_000;

/** Writes what durable commands changed into the tables, behind the journal. */
export interface Projector {
  /** What the commands up to this one changed is in the tables. */
  seq(): number;
  /** Takes the changes of a durable command; commands come in order. */
  add(seq: number, changes: Changes): void;
  /** Whether the tables are so far behind that the engine should take no new orders. */
  isBehind(): boolean;
  /**
   * Resolves once the tables hold command `seq`, which was added, at the best speed. Rejects when they cannot,
   * or do not within `limitMs`.
   */
  reached(seq: number, limitMs?: number): Promise<void>;
  /** Writes what there is, and ends. Does not wait for what cannot be written. */
  close(): Promise<void>;
  /** Resolves when the tables cannot be written: the process must end, and a restart catches up. */
  readonly failed: Promise<Error>;
}

/** Rows that are written together. */
interface Chunk {
  rows: ChangedRows;
  lastSeq: number;
}

interface Waiter {
  seq: number;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * One transaction at a time. Changes gather meanwhile, so that what changes often is written once; a
 * transaction starts when they are many, when they are old, or when a reader waits for them.
 */
export class TableProjector implements Projector {
  readonly failed: Promise<Error>;
  readonly #tables: Tables;
  readonly #limits: ProjectorLimits;
  readonly #metrics: ProjectorMetrics;
  readonly #log: Log;
  readonly #timers: Timers;
  readonly #fail: (error: Error) => void;
  #chunks: Chunk[] = [];
  #taken: number;
  #written: number;
  /** Of the commands that are written or being written. */
  #lastFillSeq: number;
  readonly #waiters = new Set<Waiter>();
  #writing: Promise<void> | null = null;
  /** Ends the wait for changes to gather. */
  #stopTimer: (() => void) | null = null;
  #isBehind = false;
  #state: "open" | "closing" | "failed" = "open";

  /** `tables` stand where its `seq` says. */
  constructor(options: {
    tables: Tables;
    limits: ProjectorLimits;
    metrics: ProjectorMetrics;
    log: Log;
    timers?: Timers;
  }) {
    this.#tables = options.tables;
    this.#limits = options.limits;
    this.#metrics = options.metrics;
    this.#log = options.log;
    this.#timers = options.timers ?? systemTimers;
    this.#taken = options.tables.seq;
    this.#written = options.tables.seq;
    this.#lastFillSeq = options.tables.lastFillSeq;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.#fail = resolve;
    void options.tables.lost.then((error) => this.#break(error));
  }

  seq(): number {
    return this.#written;
  }

  isBehind(): boolean {
    return this.#isBehind;
  }

  add(seq: number, changes: Changes): void {
    if (seq <= this.#taken) return; // a replay passes over what is written
    this.#taken = seq;
    let chunk = this.#chunks.at(-1);
    if (chunk === undefined || chunk.rows.count >= this.#limits.maxRows) {
      chunk = { rows: new ChangedRows(chunk?.rows.lastFillSeq ?? this.#lastFillSeq), lastSeq: seq };
      this.#chunks.push(chunk);
    }
    chunk.rows.add(seq, changes);
    chunk.lastSeq = seq;
    this.#measure();
    this.#schedule();
  }

  reached(seq: number, limitMs?: number): Promise<void> {
    if (seq <= this.#written) return Promise.resolve();
    if (this.#state === "failed") return Promise.reject(new Error("the tables are not written"));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { seq, resolve, reject };
    this.#waiters.add(waiter);
    this.#schedule();
    const ends = limitMs === undefined ? promise : within(limitMs, promise, this.#timers);
    return ends.finally(() => this.#waiters.delete(waiter));
  }

  async close(): Promise<void> {
    if (this.#state === "open") this.#state = "closing";
    this.#schedule();
    const drained = (async () => {
      while (this.#writing !== null) await this.#writing;
    })();
    await within(CLOSE_LIMIT_MS, drained, this.#timers).catch(() =>
      this.#log.warn(
        { written: this.#written },
        "the tables are behind; the next start writes them",
      ),
    );
    await this.#tables.close();
  }

  /** Writes at once when there is a reason to, later when there is none. */
  #schedule(): void {
    const [chunk] = this.#chunks;
    if (this.#writing !== null || chunk === undefined || this.#state === "failed") return;
    const { minRows, maxRows } = this.#limits;
    const isWorthIt = this.#chunks.length > 1 || chunk.rows.count >= Math.min(minRows, maxRows);
    if (isWorthIt || this.#waiters.size > 0 || this.#state === "closing") this.#write();
    else this.#stopTimer ??= this.#timers.after(this.#limits.maxAgeMs, () => this.#write());
  }

  #write(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return;
    this.#lastFillSeq = chunk.rows.lastFillSeq;
    this.#writing = this.#writeChunk(chunk)
      .catch((error) => this.#break(error))
      .then(() => {
        this.#writing = null;
        this.#schedule();
      });
  }

  async #writeChunk({ rows, lastSeq }: Chunk): Promise<void> {
    const stopTimer = this.#metrics.writeSeconds.startTimer();
    await this.#tables.write(rows.slices(this.#limits.maxStatementRows), lastSeq);
    stopTimer();
    this.#metrics.rows.inc(rows.count);
    this.#written = lastSeq;
    this.#measure();
    for (const waiter of this.#waiters) {
      if (waiter.seq > lastSeq) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Says when the bound is passed, and when half of it is left again. */
  #measure(): void {
    const behind = this.#taken - this.#written;
    this.#metrics.behind.set(behind);
    const { maxBehind } = this.#limits;
    if (!this.#isBehind && behind > maxBehind) {
      this.#isBehind = true;
      this.#log.warn(
        { behind, maxBehind },
        "the tables are too far behind; no new orders are taken",
      );
    } else if (this.#isBehind && behind <= maxBehind / 2) {
      this.#isBehind = false;
      this.#log.info({ behind }, "the tables have caught up; new orders are taken");
    }
  }

  #break(error: Error): void {
    if (this.#state === "failed") return;
    this.#state = "failed";
    this.#stopTimer?.();
    this.#chunks = [];
    this.#fail(error);
    for (const { reject } of this.#waiters) reject(error);
    this.#waiters.clear();
  }
}
