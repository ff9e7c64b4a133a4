import { strict as assert } from "node:assert";
import { systemTimers, type Timers } from "../../platform/timers.ts";
import type { Command, SequencedCommand } from "../../protocol/engine/command.ts";
import type { EngineEvent, EventBatch } from "../../protocol/engine/event.ts";
import type { Result } from "../../protocol/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import type { Changes } from "../projection/changed-rows.ts";
import type { Projector } from "../projection/projector.ts";
import { createEngineClock, type EngineClock } from "./engine-clock.ts";
import type { SequencerMetrics } from "./metrics.ts";

/** The state machine that the sequencer feeds. */
export interface SequencedCore<Verdict> {
  apply(sequenced: SequencedCommand): {
    verdict?: Verdict;
    events: readonly EngineEvent[];
    changes: Changes;
  };
}

export interface SequencerLimits {
  /** Users' commands that may wait. */
  maxQueued: number;
  /** Commands committed together. */
  maxGroup: number;
}

/** The engine's one door: gives commands their order, makes them durable in groups, then answers. */
export interface Sequencer<Verdict> {
  /**
   * A user's command; resolves once durable. `engine_busy` when the queue is full or closing, or when the
   * tables are too far behind for anything but a cancel or a heartbeat,
   * `engine_timeout` when the sequencer failed over it, so that nobody knows whether it is durable,
   * `engine_unavailable` when it had failed before.
   */
  submit(command: Command): Promise<Result<{ verdict: Verdict }>>;
  /**
   * A command of the engine's own (a block, a report, a tick); resolves once durable. Rejects when
   * the sequencer is closing or fails.
   */
  report(command: Command): Promise<void>;
  /**
   * A view of the state in the commands' order; resolves once all that it shows is durable. Rejects
   * with what the view throws, and when the sequencer fails.
   */
  read<View>(view: () => View): Promise<View>;
  /** The engine's clock: never falls, never behind the last block's time, never still for long. */
  nowMs(): number;
  /** The highest fill that is durable. */
  durableFillSeq(): number;
  /** Takes no more, and resolves when everything taken is durable. */
  close(): Promise<void>;
  /** Resolves when a group could not be committed or applied: the process must end. */
  readonly failed: Promise<Error>;
}

interface Waiting<Verdict> {
  /** Null for a read. */
  command: Command | null;
  /** Runs once all before it is applied; gives what to do once that is durable. */
  stage(verdict: Verdict | undefined): () => void;
  /** Ends the wait without an answer. */
  reject(error: unknown): void;
}

/** Applied together, and durable together. */
interface Group<Verdict> {
  /** In order; every one of them is answered when the group is durable, or not at all. */
  waiting: Waiting<Verdict>[];
  entries: JournalEntry[];
  /** What each entry changed. */
  changes: Changes[];
  published: EventBatch[];
  /** In order, once durable. */
  done: (() => void)[];
  lastFillSeq: number;
}

/** What still gets through when the tables are too far behind. */
const ALWAYS_TAKEN: ReadonlySet<Command["kind"]> = new Set([
  "cancel",
  "cancel_all",
  "heartbeat",
  "hold",
]);

/**
 * While a group commits, the next one is applied: under load a transaction carries many commands, a lone
 * command waits for nobody, and core and database work at the same time. Nothing is sent to the journal
 * before all that precedes it is durable, and nothing is answered, published or handed to the tables
 * before it is durable itself.
 */
export class GroupCommitSequencer<Verdict> implements Sequencer<Verdict> {
  readonly failed: Promise<Error>;
  readonly #core: SequencedCore<Verdict>;
  readonly #journal: Pick<Journal<unknown>, "prepare" | "commit">;
  readonly #projector: Pick<Projector, "add" | "isBehind">;
  readonly #publish: (batches: EventBatch[]) => void;
  readonly #limits: SequencerLimits;
  readonly #clock: EngineClock;
  readonly #onApplied: () => void;
  readonly #capture: (last: JournalEntry) => (() => void) | null;
  readonly #metrics: SequencerMetrics;
  readonly #timers: Timers;
  readonly #fail: (error: Error) => void;
  #queue: Waiting<Verdict>[] = [];
  /** Grows while the one before it commits. */
  #group: Group<Verdict> | null = null;
  #isCommitting = false;
  #isScheduled = false;
  /** Resolves when nothing is queued, gathered or committing; null while that is so. */
  #idle: PromiseWithResolvers<void> | null = null;
  #state: "open" | "closing" | "failed" = "open";
  #durableFillSeq: number;
  /** Of what is applied, durable or not. */
  #lastFillSeq: number;

  constructor(options: {
    core: SequencedCore<Verdict>;
    journal: Pick<Journal<unknown>, "prepare" | "commit">;
    projector: Pick<Projector, "add" | "isBehind">;
    /** Where a replay left clock and fills. */
    timeMs: number;
    lastFillSeq: number;
    publish: (batches: EventBatch[]) => void;
    /** After each group: what is due may have changed. */
    onApplied: () => void;
    /** Between two commands, with the last one applied: gives what to do once that is durable. */
    capture?: (last: JournalEntry) => (() => void) | null;
    limits: SequencerLimits;
    clock: () => number;
    metrics: SequencerMetrics;
    timers?: Timers;
  }) {
    this.#core = options.core;
    this.#journal = options.journal;
    this.#projector = options.projector;
    this.#durableFillSeq = options.lastFillSeq;
    this.#lastFillSeq = options.lastFillSeq;
    this.#publish = options.publish;
    this.#onApplied = options.onApplied;
    this.#capture = options.capture ?? (() => null);
    this.#limits = options.limits;
    this.#clock = createEngineClock(options.timeMs, options.clock);
    this.#metrics = options.metrics;
    this.#timers = options.timers ?? systemTimers;
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.failed = promise;
    this.#fail = resolve;
  }

  submit(command: Command): Promise<Result<{ verdict: Verdict }>> {
    if (this.#state === "failed") {
      return Promise.resolve({ ok: false, code: "engine_unavailable" });
    }
    if (!this.#hasRoomFor(command)) {
      this.#metrics.refused.inc();
      return Promise.resolve({ ok: false, code: "engine_busy" });
    }
    return this.#enqueue(command, (verdict) => {
      assert.ok(verdict !== undefined, "the core answers every user's command");
      return { ok: true as const, verdict };
    }).catch(() => ({ ok: false, code: "engine_timeout" }));
  }

  report(command: Command): Promise<void> {
    if (this.#state !== "open") return Promise.reject(new Error("the engine is stopping"));
    return this.#enqueue(command, () => undefined);
  }

  read<View>(view: () => View): Promise<View> {
    if (this.#state === "failed") return Promise.reject(new Error("the engine has failed"));
    return this.#enqueue(null, view);
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  durableFillSeq(): number {
    return this.#durableFillSeq;
  }

  async close(): Promise<void> {
    if (this.#state === "open") this.#state = "closing";
    await this.#idle?.promise;
  }

  #hasRoomFor({ kind }: Command): boolean {
    if (this.#state !== "open" || this.#queue.length >= this.#limits.maxQueued) return false;
    return ALWAYS_TAKEN.has(kind) || !this.#projector.isBehind();
  }

  #enqueue<Answer>(
    command: Command | null,
    answer: (verdict: Verdict | undefined) => Answer,
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({
        command,
        reject,
        stage: (verdict) => {
          const answered = answer(verdict);
          return () => resolve(answered);
        },
      });
      this.#idle ??= Promise.withResolvers<void>();
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      // On a later turn, so that what arrives together commits together.
      this.#timers.soon(() => {
        this.#isScheduled = false;
        this.#advance();
      });
    });
  }

  /** Applies what waits, and lets the group go when none is under way. */
  #advance(): void {
    try {
      this.#gather();
    } catch (error) {
      this.#break(error);
    }
    if (this.#isCommitting) return;
    const group = this.#group;
    if (group === null) {
      this.#idle?.resolve();
      this.#idle = null;
      return;
    }
    this.#group = null;
    this.#isCommitting = true;
    void this.#commit(group)
      .catch((error) => this.#break(error, group))
      .then(() => {
        this.#isCommitting = false;
        this.#advance();
      });
  }

  /**
   * Memory is ahead of the disk, or the core broke an invariant: nothing more may be answered. What is
   * still committing is answered when it gets there.
   */
  #break(cause: unknown, failed: Group<Verdict> | null = null): void {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    this.#state = "failed";
    this.#fail(error);
    const gathered = this.#group?.waiting ?? [];
    this.#group = null;
    const all = [...(failed?.waiting ?? []), ...gathered, ...this.#queue.splice(0)];
    for (const { reject } of all) reject(error);
  }

  #gather(): void {
    if (this.#queue.length === 0) return;
    this.#group ??= this.#newGroup();
    const group = this.#group;
    const room = this.#limits.maxGroup - group.waiting.length;
    const taken = this.#queue.splice(0, room);
    // Theirs from here on: should the core break, they are rejected with the group.
    group.waiting.push(...taken);
    const appliedBefore = group.entries.length;
    const startMs = performance.now();
    for (const one of taken) {
      if (one.command === null) this.#view(one, group);
      else group.done.push(one.stage(this.#apply(one.command, group)));
    }
    const applied = group.entries.length - appliedBefore;
    if (applied > 0) {
      this.#metrics.matchSeconds.observe((performance.now() - startMs) / 1_000 / applied);
    }
    const last = group.entries.at(-1);
    const then = last ? this.#capture(last) : null;
    if (then) group.done.push(then);
  }

  #newGroup(): Group<Verdict> {
    return {
      waiting: [],
      entries: [],
      changes: [],
      published: [],
      done: [],
      lastFillSeq: this.#lastFillSeq,
    };
  }

  /** A read changes nothing, so one that throws is its reader's trouble alone. */
  #view(read: Waiting<Verdict>, group: Group<Verdict>): void {
    try {
      group.done.push(read.stage(undefined));
    } catch (error) {
      read.reject(error);
    }
  }

  #apply(command: Command, group: Group<Verdict>): Verdict | undefined {
    const entry = this.#journal.prepare(this.#clock.advance(command), command);
    const { seq, timeMs } = entry;
    const { verdict, events, changes } = this.#core.apply({ seq, timeMs, command });
    group.entries.push(entry);
    group.changes.push(changes);
    if (events.length > 0) group.published.push({ seq, events: [...events] });
    for (const { fillSeq } of changes.fills)
      this.#lastFillSeq = Math.max(this.#lastFillSeq, fillSeq);
    group.lastFillSeq = this.#lastFillSeq;
    return verdict;
  }

  async #commit(group: Group<Verdict>): Promise<void> {
    if (group.entries.length > 0) {
      const stopTimer = this.#metrics.commitSeconds.startTimer();
      await this.#journal.commit(group.entries);
      stopTimer();
      this.#metrics.groupCommands.observe(group.entries.length);
      this.#metrics.commands.inc(group.entries.length);
    }
    this.#metrics.fills.inc(group.lastFillSeq - this.#durableFillSeq);
    this.#durableFillSeq = group.lastFillSeq;
    // Before anyone hears of it, so that whoever asks for the tables then waits for these rows too.
    for (const [i, { seq }] of group.entries.entries()) {
      this.#projector.add(seq, group.changes[i] as Changes);
    }
    this.#publish(group.published);
    for (const done of group.done) done();
    if (group.entries.length > 0) this.#onApplied();
  }
}
