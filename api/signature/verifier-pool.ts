import { strict as assert } from "node:assert";
import type { Failure } from "../../protocol/errors.ts";
import type { RecoveryImplementation } from "./recovery.ts";
import { Answer, Request } from "./verification-record.ts";
import type { startVerifierThread, VerifierThread } from "./verifier-thread.ts";

/** Requests sent at once: a message costs about as much as one recovery, so it carries many. */
const BATCH_REQUESTS = 32;
/** The next batch waits at the thread, so that it never waits for ours. */
const BATCHES_PER_THREAD = 2;
/** A batch that ended as many threads is given up. */
const MAX_ATTEMPTS = 2;
/** A thread that ends as often in a row without an answer is not replaced any more. */
const MAX_FRUITLESS_STARTS = 3;

/** An answer's record, or why there is none. */
export type PoolAnswer = { ok: true; answer: Uint8Array } | Failure;

export interface VerifierPoolOptions {
  /** At least 1. */
  threads: number;
  /** Requests that may wait; one more is refused with `engine_busy`. */
  maxQueued: number;
  start(handlers: Parameters<typeof startVerifierThread>[1]): VerifierThread;
  /** A thread ended by itself; `isReplaced` says whether another took its place. */
  onCrash(error: Error | null, isReplaced: boolean): void;
}

interface Batch {
  requests: Buffer<ArrayBuffer>;
  /** A place for each request that was written. */
  waiting: ((answer: PoolAnswer) => void)[];
  attempts: number;
}

interface Seat {
  thread: VerifierThread;
  /** Null while it starts. */
  implementation: RecoveryImplementation | null;
  sent: Batch[];
  fruitlessStarts: number;
}

/**
 * A bounded pool of threads. Requests gather while all threads are occupied, so that batches grow under
 * load and a lone request leaves at once. A thread that crashed is replaced, and its batches are sent
 * once more; requests that end two threads are answered `internal`.
 */
export class VerifierPool {
  readonly #options: VerifierPoolOptions;
  readonly #seats: Seat[] = [];
  readonly #queue: Batch[] = [];
  #queued = 0;
  readonly #settled = Promise.withResolvers<void>();
  #isFlushing = false;
  #isClosed = false;

  constructor(options: VerifierPoolOptions) {
    assert.ok(options.threads >= 1);
    this.#options = options;
    for (let i = 0; i < options.threads; i++) this.#seats.push(this.#seat(0));
  }

  /** Requests that wait for a thread. */
  get queued(): number {
    return this.#queued;
  }

  /** Threads that run or start. */
  get threads(): number {
    return this.#seats.length;
  }

  /** No thread is left, though nobody closed the pool: nothing will be answered any more. */
  get isBroken(): boolean {
    return !this.#isClosed && this.#seats.length === 0;
  }

  /** The slowest among the threads; null when none runs. */
  get implementation(): RecoveryImplementation | null {
    const all = this.#seats.map(({ implementation }) => implementation);
    return all.includes("javascript") ? "javascript" : (all.find((one) => one !== null) ?? null);
  }

  /** Resolves when every thread can verify or was given up. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /**
   * Sends the request that `write` puts into zeroed bytes at `start`. Fails with `engine_busy` when the
   * queue is full, `engine_unavailable` when the pool is closed, `internal` when it ended two threads.
   */
  submit(write: (requests: Buffer, start: number) => void): Promise<PoolAnswer> {
    if (this.#isClosed || this.#seats.length === 0) {
      return Promise.resolve({ ok: false, code: "engine_unavailable" });
    }
    if (this.#queued >= this.#options.maxQueued) {
      return Promise.resolve({ ok: false, code: "engine_busy" });
    }
    const batch = this.#gathering();
    write(batch.requests, batch.waiting.length * Request.BYTES);
    this.#queued += 1;
    if (!this.#isFlushing) {
      this.#isFlushing = true;
      // On a later turn, so that what arrives together leaves together.
      setImmediate(() => {
        this.#isFlushing = false;
        this.#dispatch();
      });
    }
    return new Promise((resolve) => batch.waiting.push(resolve));
  }

  /** Ends the threads; what still waits is answered `engine_unavailable`. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const seats = this.#seats.splice(0);
    await Promise.all(seats.map(({ thread }) => thread.stop()));
    for (const { sent } of seats) for (const batch of sent) fail(batch, "engine_unavailable");
    this.#failQueue("engine_unavailable");
  }

  #gathering(): Batch {
    const last = this.#queue.at(-1);
    if (last && last.attempts === 0 && last.waiting.length < BATCH_REQUESTS) return last;
    const requests = Buffer.from(new ArrayBuffer(BATCH_REQUESTS * Request.BYTES));
    const batch: Batch = { requests, waiting: [], attempts: 0 };
    this.#queue.push(batch);
    return batch;
  }

  #seat(fruitlessStarts: number): Seat {
    const thread = this.#options.start({
      onAnswers: (answers) => this.#answered(seat, answers),
      onEnd: (error) => this.#ended(seat, error),
    });
    const seat: Seat = { thread, implementation: null, sent: [], fruitlessStarts };
    void thread.ready.then((implementation) => {
      seat.implementation = implementation;
      this.#settle();
      this.#dispatch();
    });
    return seat;
  }

  #settle(): void {
    if (this.#seats.every(({ implementation }) => implementation !== null)) this.#settled.resolve();
  }

  /** The least occupied thread gets the oldest batch, while there are both. */
  #dispatch(): void {
    while (this.#queue.length > 0) {
      let next: Seat | null = null;
      for (const seat of this.#seats) {
        if (seat.implementation === null || seat.sent.length >= BATCHES_PER_THREAD) continue;
        if (next === null || seat.sent.length < next.sent.length) next = seat;
      }
      if (next === null) return;
      const batch = this.#queue.shift() as Batch;
      this.#queued -= batch.waiting.length;
      next.sent.push(batch);
      // A copy: should the thread end, the batch is sent again.
      const { buffer } = batch.requests;
      const copy = new Uint8Array(buffer.slice(0, batch.waiting.length * Request.BYTES));
      batch.attempts += 1;
      next.thread.send(copy);
    }
  }

  #answered(seat: Seat, answers: Uint8Array): void {
    const batch = seat.sent.shift();
    assert.ok(batch && answers.length === batch.waiting.length * Answer.BYTES);
    seat.fruitlessStarts = 0;
    this.#dispatch();
    for (const [i, resolve] of batch.waiting.entries()) {
      resolve({ ok: true, answer: answers.subarray(i * Answer.BYTES, (i + 1) * Answer.BYTES) });
    }
  }

  #ended(seat: Seat, error: Error | null): void {
    const index = this.#seats.indexOf(seat);
    if (index === -1) return; // the pool is closed
    const fruitlessStarts = seat.fruitlessStarts + 1;
    const isReplaced = fruitlessStarts < MAX_FRUITLESS_STARTS;
    if (isReplaced) this.#seats[index] = this.#seat(fruitlessStarts);
    else this.#seats.splice(index, 1);
    for (const batch of seat.sent.reverse()) {
      if (batch.attempts >= MAX_ATTEMPTS) {
        fail(batch, "internal");
        continue;
      }
      this.#queued += batch.waiting.length;
      this.#queue.unshift(batch);
    }
    if (this.#seats.length === 0) this.#failQueue("engine_unavailable");
    this.#settle();
    this.#options.onCrash(error, isReplaced);
    this.#dispatch();
  }

  #failQueue(code: Failure["code"]): void {
    for (const batch of this.#queue.splice(0)) fail(batch, code);
    this.#queued = 0;
  }
}

function fail(batch: Batch, code: Failure["code"]): void {
  for (const resolve of batch.waiting) resolve({ ok: false, code });
}
