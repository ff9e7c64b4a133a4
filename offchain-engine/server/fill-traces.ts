import type { TraceContext } from "../../platform/tracing/trace-context.ts";

/** Traces that one batch names at most. */
const TRACES_PER_BATCH = 64;

/**
 * Which request caused a fill, for as long as its settlement may ask. Memory only: what no trace survives
 * is a restart, and the journal knows nothing of it.
 */
export class FillTraces {
  readonly #max: number;
  /** By the fill's number, the oldest first. */
  readonly #byFill = new Map<number, TraceContext>();

  constructor(max = 20_000) {
    this.#max = max;
  }

  remember(fillSeq: number, trace: TraceContext): void {
    this.#byFill.set(fillSeq, trace);
    if (this.#byFill.size > this.#max) {
      this.#byFill.delete(this.#byFill.keys().next().value as number);
    }
  }

  /** Each trace once that caused a fill between these two, both included. */
  of(firstFillSeq: number, lastFillSeq: number): TraceContext[] {
    const found = new Map<string, TraceContext>();
    for (let seq = firstFillSeq; seq <= lastFillSeq; seq++) {
      const trace = this.#byFill.get(seq);
      if (trace) found.set(trace.traceId, trace);
      if (found.size === TRACES_PER_BATCH) break;
    }
    return [...found.values()];
  }
}
