import { RandomSource } from "../offchain-engine/core/random-source.ts";
import type { Trace } from "./trace.ts";

/** A broken promise: the message says which, and what was seen. */
export class Violation extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "Violation";
  }
}

interface Event {
  atMs: number;
  /** Decides between events of one instant. */
  tie: number;
  order: number;
  /** Shown in the trace; empty when the event says for itself what it does. */
  label: string;
  run: () => void;
}

/** Some Monday; virtual time starts here. */
const START_MS = 1_800_000_000_000;

/**
 * All time and all chance of a simulation. One event runs at a time, and everything that it sets off by
 * promises runs to its end before the next one: so a seed decides the whole run.
 */
export class Scheduler {
  readonly random: RandomSource;
  readonly trace: Trace;
  nowMs = START_MS;
  #failure: unknown = null;
  #order = 0;
  readonly #heap: Event[] = [];

  constructor(seed: number, trace: Trace) {
    this.random = new RandomSource(seed);
    this.trace = trace;
  }

  get sinceStartMs(): number {
    return this.nowMs - START_MS;
  }

  say(text: string): void {
    this.trace.add(`${(this.sinceStartMs / 1_000).toFixed(3)} ${text}`);
  }

  /** Ends the run with this error, the first one told. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** Runs once after so long; the result cancels it. */
  after(delayMs: number, label: string, run: () => void): () => void {
    const event: Event = {
      atMs: this.nowMs + Math.max(0, Math.ceil(delayMs)),
      tie: this.random.below(1 << 30),
      order: ++this.#order,
      label,
      run,
    };
    this.#push(event);
    return () => {
      event.run = () => {};
      event.label = "";
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayMs, "", resolve));
  }

  /** Starts a task whose failure is the simulation's. */
  spawn(task: () => Promise<void>): void {
    task().catch((error) => this.fail(error));
  }

  /** Runs events until `isDone` or past `untilMs` after the start. False when it was not done. @throws what failed. */
  async run(untilMs: number, isDone: () => boolean): Promise<boolean> {
    for (;;) {
      if (this.#failure !== null) throw this.#failure;
      if (isDone()) return true;
      const event = this.#pop();
      if (event === undefined)
        throw new Violation("nothing is left to happen, but all is not done");
      if (event.atMs - START_MS > untilMs) {
        this.#push(event);
        return false;
      }
      this.nowMs = event.atMs;
      if (event.label !== "") this.say(event.label);
      event.run();
      await turn();
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent] as Event, event)) break;
      heap[at] = heap[parent] as Event;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Event, heap[child] as Event))
        child++;
      if (isBefore(last, heap[child] as Event)) break;
      heap[at] = heap[child] as Event;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.tie !== b.tie) return a.tie < b.tie;
  return a.order < b.order;
}

/** Resolves when every promise that is ready has been taken up, and what they made ready, too. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
